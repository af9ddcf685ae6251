"""Registers of the CMS, for the operator."""
