"""Those who read the directory to write to everybody in it."""

import environ

env = environ.Env()
# A domain (better: a subdomain) whose mail goes to `manage.py record_harvest`. Empty: pages hold no trap.
CANARY_DOMAIN = env.str("CANARY_DOMAIN", default="")
# Pages of practitioners that one network may read in an hour, and numbers it may see (0: no limit).
PAGES_PER_NETWORK = env.int("PAGES_PER_NETWORK", default=1200)
PHONES_PER_NETWORK = env.int("PHONES_PER_NETWORK", default=10)
