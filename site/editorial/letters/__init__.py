"""Letters: written by the editors, sent at a pace to those who asked for their subject."""
