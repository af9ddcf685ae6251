"""Tomorrow's sessions, sent at 18:00 on the practitioner's clock to those who asked for it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from booking.models import Appointment, PractitionerNotifications, Status
from booking.notifications.sending import RENDERER
from common import outbox
from common.clock import PARIS
from common.models import OutboxMessage
from common.outbox import Rendered, render_mail
from practitioners.models import Practitioner

OPENS, CLOSES = dt.time(18), dt.time(20)
TEMPLATE = "booking/tomorrow_practitioner"


def announce(*, now: dt.datetime) -> int:
    """Queue the summaries whose hour it is, one a practitioner and day; how many days had something."""
    queued = 0
    for choices in PractitionerNotifications.objects.filter(tomorrow=True).select_related("practitioner"):
        queued += _announce(choices.practitioner, now)
    return queued


@transaction.atomic
def _announce(practitioner: Practitioner, now: dt.datetime) -> bool:
    zone = _zone(practitioner)
    here = now.astimezone(zone)
    if not OPENS <= here.time() < CLOSES:
        return False
    day = here.date() + dt.timedelta(days=1)
    key = f"tomorrow-{practitioner.pk}-{day}"
    if OutboxMessage.objects.filter(key=key).exists():
        return False
    begins = dt.datetime.combine(day, dt.time(), zone)
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    sessions = Appointment.objects.for_pages().filter(
        practitioner=practitioner, status=Status.CONFIRMED, starts_at__gte=begins, starts_at__lt=ends
    )
    lines = [_line(session) for session in sessions.order_by("starts_at")]
    if not lines:
        return False
    draft = outbox.Draft(
        key=key,
        to=practitioner.professional_email,
        template=TEMPLATE,
        facts={
            "practitioner": {"id": practitioner.pk, "first_name": practitioner.first_name},
            "day": day,
            "lines": lines,
            "url": f"{settings.BASE_URL}{reverse('office:agenda')}?jour={day}",
            "choices_url": settings.BASE_URL + reverse("office:notifications"),
        },
        at_most_once=True,
        not_after=dt.datetime.combine(here.date(), CLOSES, zone),
    )
    outbox.queue(RENDERER, [draft])
    return True


def render(facts: dict[str, Any], language: str) -> Rendered:
    said = render_mail(TEMPLATE, {**facts, "first_name": facts["practitioner"]["first_name"]}, language=language)
    return Rendered(subject=said.subject, text=said.text, html=said.html)


def _line(session: Appointment) -> dict[str, Any]:
    return {
        "starts_at": session.starts_at.astimezone(dt.UTC),
        "ends_at": session.ends_at.astimezone(dt.UTC),
        "zone": session.timezone,
        "who": session.attendee_name or session.contact_name,
        "phone": session.phone_in_words,
        "service": session.service_name,
        "where": str(session.place) if session.place else str(session.get_mode_display()),
    }


def _zone(practitioner: Practitioner) -> ZoneInfo:
    place = practitioner.places.select_related("commune__department").first()
    return ZoneInfo(place.timezone) if place else PARIS
