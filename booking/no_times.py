"""When a session has no free time at all: why, and what else there is; never an end of the road."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from booking import slots
from booking.policies.offer import bookable_services, settings_of
from practitioners.models import Practitioner, Service

OTHERS = 3


@dataclass(frozen=True)
class Other:
    """Another session of the practitioner, and its first free time."""

    service: Service
    start: dt.datetime
    url: str


def ways_out(*, practitioner: Practitioner, service: Service, full: bool, now: dt.datetime) -> dict[str, Any]:
    """Other sessions of the practitioner that have times, the soonest first, and searches for the same practice elsewhere."""
    horizon = settings_of(practitioner).horizon_days
    found = slots.free_by_mode([practitioner.pk], now=now, days=min(horizon, 60)).get(practitioner.pk, {})
    first: dict[int, dt.datetime] = {}
    for times in found.values():
        for slot in times:
            first[slot.service_id] = min(first.get(slot.service_id, slot.start), slot.start)
    offered = bookable_services().filter(practitioner=practitioner, pk__in=first).exclude(pk=service.pk)
    others = sorted(
        (Other(other, first[other.pk], _times_url(practitioner, other)) for other in offered),
        key=lambda other: other.start,
    )
    place = practitioner.places.select_related("commune").first()
    practice = service.practice.slug
    near = {"pratique": practice, "lieu": f"commune:{place.commune.insee}"} if place else {}
    return {
        "others": others[:OTHERS],
        "why_none": _why(practitioner, service, full=full, horizon=horizon),
        "near_url": f"/recherche/?{urlencode(near)}" if near else "",
        "video_url": f"/recherche/?{urlencode({'pratique': practice, 'mode': 'visio'})}",
    }


def _why(practitioner: Practitioner, service: Service, *, full: bool, horizon: int) -> str:
    if full:
        return _("Bookings open %(n)s days ahead, and all open times until then are taken.") % {"n": horizon}
    if service.is_group:
        return _("No group session is planned in the next %(n)s days.") % {"n": horizon}
    person = practitioner.full_name
    return _("%(person)s does not receive for this session in the next %(n)s days.") % {"person": person, "n": horizon}


def _times_url(practitioner: Practitioner, service: Service) -> str:
    return f"{reverse('booking:time', args=[practitioner.slug])}?{urlencode({'service': service.pk})}"
