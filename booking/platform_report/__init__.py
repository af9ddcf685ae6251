"""The yearly declaration of platforms (DAC7): who is declared, for how much, and the file in the tax office's own form."""
