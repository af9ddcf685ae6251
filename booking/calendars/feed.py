"""The private feed: a practitioner's appointments at an address that is the only key to them."""

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from booking import calendar_file
from booking.calendars.own_events import events_of
from booking.models import CalendarFeed
from common.crypto import decrypt
from common.wording import elided

# Readers ask every few hours whatever they are told; those that listen ask as often as this.
REFRESH = "PT15M"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def address_of(feed: CalendarFeed) -> str:
    return settings.BASE_URL + reverse("booking:feed", args=[decrypt(feed.secret)])


def text_of(feed: CalendarFeed, *, now: dt.datetime) -> str:
    """The same text for the same appointments, whenever it is asked for."""
    practitioner = feed.practitioner
    found = list(events_of(practitioner, names=feed.names, now=now))
    return calendar_file.calendar_text(
        [own.event for own in found],
        zones={own.zone for own in found},
        name=elided(_("Appointments of %(person)s") % {"person": practitioner.full_name}),
        refresh=REFRESH,
    )


def etag_of(text: str) -> str:
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
