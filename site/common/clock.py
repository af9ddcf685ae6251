"""The one source of "now", so that tests and simulations can move it."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()


def today(zone: ZoneInfo = PARIS) -> dt.date:
    """The calendar day it is in `zone`."""
    return now().astimezone(zone).date()
