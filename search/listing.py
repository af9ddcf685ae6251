"""Results turned into what pages show: cards with their real times and reasons. For the result page and for editors' pages."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from booking.slots import DaySlots
from common import clock, wording
from common.text import fold
from practitioners.models import Practice, Service, Theme
from search import agenda, ranking, vocabulary
from search.engines.base import Hit, Results
from search.query import Query


@dataclass(frozen=True)
class Card:
    """What `components/practitioner_card.html` reads. `price` in cents, `rating` the plain mean of the reviews.

    `saved` is whether the reader saved this practitioner, nothing where that is not asked (`search.favourites`).
    """

    practitioner_id: int
    name: str
    url: str
    slug: str
    practices: str
    place: str
    portrait_url: str = ""
    number: int | None = None
    distance_km: float | None = None
    service: str = ""
    price: int | None = None
    verified: str = ""
    rating: float | None = None
    review_count: int = 0
    why: list[str] = field(default_factory=list)
    days: list[DaySlots] = field(default_factory=list)
    action: str = ""
    hidden: dict[str, object] = field(default_factory=dict)
    mode: str = ""
    zone: str = "Europe/Paris"
    full: str = ""
    headline: str = ""
    saved: bool | None = None

    @property
    def distance(self) -> str:
        return "" if self.distance_km is None else f"{_kilometres(self.distance_km)}\u00a0km"


def cards(
    hits: list[Hit], *, first: int | None = None, asked: Query | None = None, now: dt.datetime | None = None
) -> list[Card]:
    """Cards in the order of the hits, numbered from `first`; their times are computed now, for all of them at once.

    They are times that fit the question, when it is about a way to meet or a moment, and the service is then theirs.
    """
    moment = now or clock.now()
    strips = agenda.strips([hit.practitioner_id for hit in hits if hit.standing.online], now=moment, asked=asked)
    services = _services(strips)
    return [
        _card(
            hit, strips.get(hit.practitioner_id, []), services, None if first is None else first + place, asked, moment
        )
        for place, hit in enumerate(hits)
    ]


def _services(strips: Mapping[int, list[DaySlots]]) -> dict[int, Service]:
    shown = {days[0].slots[0].service_id for days in strips.values()}
    return Service.objects.in_bulk(shown) if shown else {}


def _card(
    hit: Hit,
    days: list[DaySlots],
    services: Mapping[int, Service],
    number: int | None,
    asked: Query | None,
    now: dt.datetime,
) -> Card:
    data = hit.card
    service = data["service"]
    slot = days[0].slots[0] if days else None
    if slot and slot.service_id in services:
        booked = services[slot.service_id]
        name = _named(booked) if agenda.is_about_times(asked) else booked.name
        service = {"name": name, "minutes": booked.duration_minutes, "cents": booked.price_cents}
    return Card(
        practitioner_id=hit.practitioner_id,
        name=data["name"],
        url=data["url"],
        slug=data["slug"],
        practices=", ".join(data["practices"]),
        place=place_line(data),
        portrait_url=data["portrait"],
        number=number,
        distance_km=hit.distance_km,
        service=_("%(name)s, %(minutes)s min") % service if service else "",
        price=service["cents"] if service else None,
        verified=_verified(data, now),
        rating=data["mean"] / 10 if data["mean"] else None,
        review_count=data["reviews"],
        why=_why(hit, asked),
        days=days,
        action=agenda.booking_url(),
        hidden={"practitioner": data["slug"], "service": slot.service_id} if slot else {},
        mode=str(vocabulary.MODES.get(slot.mode, "")) if slot else "",
        zone=slot.zone if slot else data["zone"],
        full=_("No free time in the next weeks.") if hit.standing.online else _("Does not take bookings online."),
        headline=data["headline"],
    )


def _kilometres(distance: float) -> str:
    """To a hundred metres close by; further off the decimal says nothing that a road would not undo."""
    return number_format(distance, 1 if distance < 9.95 else 0)


def _named(service: Service) -> str:
    """With its way to meet, unless its name already says it."""
    mode = str(vocabulary.MODES[service.mode])
    return service.name if fold(mode) in fold(service.name) else f"{service.name} ({mode.lower()})"


def _why(hit: Hit, asked: Query | None) -> list[str]:
    """The reason of its place (S5), from the columns that sorted it: those of the order asked for, then the Contract's."""
    lines = []
    if asked and asked.sort == "distance" and hit.distance_km is not None:
        lines.append(_("%(km)s km away") % {"km": _kilometres(hit.distance_km)})
    if asked and asked.sort == "horaire":
        if hit.next_free:
            zone = hit.card["zone"]
            lines.append(_("Next free time: %(moment)s") % {"moment": wording.short_datetime(hit.next_free, zone)})
        else:
            lines.append(_("No free time in the next weeks"))
    lines += [reason.text for reason in ranking.reasons(hit.standing, hit.card["reviews"])]
    return [line[:1].upper() + line[1:] for line in lines]


def place_line(data: Mapping[str, Any]) -> str:
    """Where: the address, or the town home visits start from, or by video only."""
    if data["address"]:
        return str(data["address"])
    if data["home_radius_km"] and data["place"]:
        words = _("At home within %(km)s km of %(town)s") % {"km": data["home_radius_km"], "town": data["place"]}
        return wording.elided(words)
    return _("By video") if "visio" in data["modes"] else str(data["place"])


def _verified(data: Mapping[str, Any], now: dt.datetime) -> str:
    """What was seen, dated; an insurance that has lapsed is not mentioned as if it held."""
    parts = []
    if data["checked_on"]:
        day = wording.short_date(dt.date.fromisoformat(data["checked_on"]), weekday=False, year=True)
        parts.append(_("Certificate seen on %(day)s") % {"day": day})
    if data["insured_until"] and data["insured_until"] >= now.date().isoformat():
        day = wording.short_date(dt.date.fromisoformat(data["insured_until"]), weekday=False, year=True)
        parts.append(_("insured until %(day)s") % {"day": day})
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


def facet_labels(results: Results) -> dict[str, dict[str, str]]:
    """Value → name for what was counted: two queries, for practices and themes."""
    practices = [value for value, _count in results.facets.get("pratique", [])]
    themes = [value for value, _count in results.facets.get("theme", [])]
    languages = [value for value, _count in results.facets.get("langue", [])]
    return {
        "pratique": dict(Practice.objects.filter(slug__in=practices).values_list("slug", "name")) if practices else {},
        "theme": dict(Theme.objects.filter(slug__in=themes).values_list("slug", "name")) if themes else {},
        "mode": {value: str(label) for value, label in vocabulary.MODES.items()},
        "langue": {code: vocabulary.language_name(code) for code in languages},
        "paiement": {value: str(label) for value, label in vocabulary.PAYMENTS.items()},
        "acces": {"fauteuil": _("Step-free access")},
        "disponible": {value: str(label) for value, label in vocabulary.WHEN.items()},
        "moment": {value: str(label) for value, label in vocabulary.PARTS.items()},
        "prix_max": {str(euros): _("At most %(value)s €") % {"value": euros} for euros in vocabulary.PRICES},
        "note_min": {score: _("Score from %(value)s") % {"value": score} for score in vocabulary.SCORES},
    }
