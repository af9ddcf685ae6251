"""Consents: their proofs, the choice about cookies, the mails that are wanted."""
