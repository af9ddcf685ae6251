"""Legal evidence: the time-stamping authority that signs each day's anchor. Without an address: none, the anchors stand alone."""

import environ

env = environ.Env()
TIMESTAMP_URL = env("TIMESTAMP_URL", default="")
# File of PEM certificates that the authority's own certificate must lead to.
TIMESTAMP_ROOTS = env("TIMESTAMP_ROOTS", default="")
