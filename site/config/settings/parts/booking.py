"""Booking: how many times one visitor's address may hold at once (0: no limit)."""

import environ

env = environ.Env()
# With one practitioner, so that nobody blocks an agenda with new sessions; and with all of them.
HOLDS_PER_ADDRESS_AND_PRACTITIONER = env.int("HOLDS_PER_ADDRESS_AND_PRACTITIONER", default=5)
HOLDS_PER_ADDRESS = env.int("HOLDS_PER_ADDRESS", default=20)
# DAC7: whether what is paid on the spot, which the platform knows by its price, is declared with what is paid online.
DAC7_ON_SITE = env.bool("DAC7_ON_SITE", default=True)
