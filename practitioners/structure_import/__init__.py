"""Structures from the open files of the SIRENE register (INSEE) and of FINESS (ministry of health).

`run.load` is the way in, and `manage.py import_structures` its command. A file is read once, line by line, into a temporary table
(`reading`, `sirene`, `finess`); then one transaction compares it with what is known and writes the differences (`merge`): a file that
breaks halfway changes nothing, and a second run of the same file writes nothing.
"""
