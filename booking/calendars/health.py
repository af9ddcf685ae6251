"""The one mail about a connection that has been failing for a day."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import CalendarConnection
from common import outbox

TOLD_AFTER = dt.timedelta(hours=24)


def tell_when_due(connection: CalendarConnection, *, now: dt.datetime) -> None:
    """Writes once a failure to its owner, a day after it began. The caller saves the row, in the same transaction."""
    since = connection.failing_since
    to = connection.practitioner.professional_email
    if connection.told_at or since is None or now - since < TOLD_AFTER or not to:
        return
    connection.told_at = now
    outbox.send(
        key=f"calendar-broken-{connection.pk}-{since:%Y%m%dT%H%M%S}",
        to=to,
        template="booking/calendar_broken",
        context={
            "connection": connection,
            "practitioner": connection.practitioner,
            "since": since,
            "zone": "Europe/Paris",
            "reason": connection.get_last_error_display(),
            "url": settings.BASE_URL + reverse("office:calendars"),
            "button": _("See my linked calendars"),
        },
    )
