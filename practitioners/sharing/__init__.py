"""What a listed practitioner shows the page's address with (P7): a QR code, cards to print, a badge for one's own site."""
