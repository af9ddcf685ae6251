"""Complaints against decisions on reports (DSA article 20): the signed link, the page, the desk, the figures."""
