"""The yearly report on moderation (DSA, article 15), from the register of reports."""
