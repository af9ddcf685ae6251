"""A search result as `components/practitioner_card.html` takes it, with its next free times."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from booking.slots import next_slots
from common.clock import now
from practitioners.models.service import Mode
from search.engines.base import Hit


def of_hits(hits: Iterable[Hit], *, numbered: bool = True) -> list[dict[str, Any]]:
    """Six queries for the times, whatever the number of results."""
    hits = list(hits)
    times = next_slots([hit.practitioner_id for hit in hits], now=now())
    return [_card(hit, times.get(hit.practitioner_id, []), number if numbered else None) for number, hit in enumerate(hits, 1)]


def _card(hit: Hit, days: list[Any], number: int | None) -> dict[str, Any]:
    facts = hit.card
    service = facts["service"]
    return {
        "number": number,
        "url": facts["url"],
        "name": facts["name"],
        "portrait_url": facts["portrait"],
        "practices": ", ".join(facts["practices"]),
        "place": facts["address"] or facts["place"],
        "distance_km": hit.distance_km,
        "service": _service(service) if service else "",
        "price": service["cents"] if service else None,
        "verified": "",
        "rating": facts["mean"] / 10 if facts["mean"] else None,
        "review_count": facts["reviews"],
        "why": [],
        "days": days,
        "action": reverse("booking:hold"),
        # The times are those of the practitioner's first bookable service.
        "hidden": {"practitioner": facts["slug"], "service": days[0].slots[0].service_id} if days else {},
        "mode": str(dict(Mode.choices).get(facts["strip_mode"], "")).lower(),
        "zone": facts["zone"],
        "full": gettext("No free time online for now."),
    }


def _service(service: dict[str, Any]) -> str:
    name = gettext("First session") if service["first"] else service["name"]
    return gettext("%(name)s, %(minutes)s min") % {"name": name, "minutes": service["minutes"]}
