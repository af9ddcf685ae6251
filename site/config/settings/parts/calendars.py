"""Calendars elsewhere. Without a client of Google's, linking Google Calendar is simply not offered."""

import environ

env = environ.Env()
GOOGLE_CLIENT_ID = env("GOOGLE_CLIENT_ID", default="")
GOOGLE_CLIENT_SECRET = env("GOOGLE_CLIENT_SECRET", default="")
# Tests differ from production by these alone.
GOOGLE_ACCOUNTS_BASE = env("GOOGLE_ACCOUNTS_BASE", default="https://accounts.google.com")
GOOGLE_OAUTH_BASE = env("GOOGLE_OAUTH_BASE", default="https://oauth2.googleapis.com")
GOOGLE_API_BASE = env("GOOGLE_API_BASE", default="https://www.googleapis.com/calendar/v3")
# Addresses typed by practitioners never lead into the network of the server; only tests have their calendars there.
CALENDARS_MAY_BE_PRIVATE = env.bool("CALENDARS_MAY_BE_PRIVATE", default=False)
