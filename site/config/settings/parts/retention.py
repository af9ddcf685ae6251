"""The end of personal data (docs/register-and-retention.md)."""

import environ

env = environ.Env()
# Rows a transaction: short enough that no visitor waits for its locks.
RETENTION_BATCH = env.int("RETENTION_BATCH", default=500)
# A run that would touch more than this share of a table, and more rows than that, stops and tells the legal team.
RETENTION_BRAKE_PERCENT = env.int("RETENTION_BRAKE_PERCENT", default=10)
RETENTION_BRAKE_ROWS = env.int("RETENTION_BRAKE_ROWS", default=100)
