"""The family's calendar that the demo's practitioner linked, as it stands after a first reading."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from booking.actions.calendar_sync import AHEAD, BEFORE, EVERY
from booking.calendars import busy, claims, credentials
from booking.calendars.expansion import expand
from booking.calendars.providers import Reading
from booking.models import CalendarConnection, ExternalCalendar
from common import clock
from demo import family as calendar_of_the_family
from practitioners.models import Practitioner


def family(practitioner: Practitioner) -> None:
    now = clock.now()
    address = settings.BASE_URL + reverse("demo:family_calendar")
    connection = CalendarConnection.objects.create(
        practitioner=practitioner,
        kind=CalendarConnection.Kind.ICS,
        label="Agenda familial",
        host=urlsplit(address).hostname or "",
        secret=credentials.seal({"address": address}),
        show_titles=True,
        state=CalendarConnection.State.WORKING,
        created_at=now,
        last_success_at=now,
        next_sync_at=now + EVERY,
    )
    calendar = ExternalCalendar.objects.create(connection=connection, name=connection.label, listed_at=now)
    found = expand(
        calendar_of_the_family.now_text().encode(),
        zone=ZoneInfo(calendar_of_the_family.ZONE),
        since=now - BEFORE,
        until=now + AHEAD,
        titles=True,
    )
    claim = claims.take(connection.pk, now)
    with transaction.atomic():
        busy.keep(calendar, Reading(whole=True, resources={"": found}), claim=claim)
    CalendarConnection.objects.filter(pk=connection.pk).update(claim="", claimed_until=None)
