"""Results turned into what pages show: cards with their real times and reasons. For the result page and for editors' pages."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from booking.slots import DaySlots
from common import clock, wording
from practitioners.models import Practice, Theme
from search import agenda, ranking, vocabulary
from search.engines.base import Hit, Results
from search.query import Parsed


@dataclass(frozen=True)
class Card:
    """What `components/practitioner_card.html` reads. `price` in cents, `rating` the plain mean of the reviews."""

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


def cards(hits: list[Hit], *, first: int | None = None, now: dt.datetime | None = None) -> list[Card]:
    """Cards in the order of the hits, numbered from `first`; their times are computed now, for all of them at once."""
    moment = now or clock.now()
    strips = agenda.strips([hit.practitioner_id for hit in hits if hit.standing.online], now=moment)
    return [
        _card(hit, strips.get(hit.practitioner_id, []), None if first is None else first + place, moment)
        for place, hit in enumerate(hits)
    ]


def _card(hit: Hit, days: list[DaySlots], number: int | None, now: dt.datetime) -> Card:
    data = hit.card
    service = data["service"]
    slot = days[0].slots[0] if days else None
    return Card(
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
        why=[reason.text[:1].upper() + reason.text[1:] for reason in ranking.reasons(hit.standing, data["reviews"])],
        days=days,
        action=agenda.booking_url(),
        hidden={"practitioner": data["slug"], "service": slot.service_id} if slot else {},
        mode=str(vocabulary.MODES.get(slot.mode, "")) if slot else "",
        zone=slot.zone if slot else data["zone"],
        full=_("No free time in the next weeks.") if hit.standing.online else _("Does not take bookings online."),
        headline=data["headline"],
    )


def place_line(data: Mapping[str, Any]) -> str:
    """Where: the address, or the town home visits start from, or by video only."""
    if data["address"]:
        return str(data["address"])
    if data["home_radius_km"] and data["place"]:
        return _("At home within %(km)s km of %(town)s") % {"km": data["home_radius_km"], "town": data["place"]}
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


# Facets as a form shows them


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """`shown` are the options in view, `more` those behind a disclosure; none that is selected is hidden."""

    name: str
    label: str
    shown: list[Option]
    more: list[Option]


VISIBLE = 6


def facets(results: Results, parsed: Parsed) -> list[Facet]:
    """Every facet with its counts; the fixed ones (where, payment) show all their values, even at zero."""
    labels = facet_labels(results)
    found = []
    for name in ("pratique", "theme", "mode", "langue", "paiement"):
        title = vocabulary.FACETS[name]
        counts = dict(results.facets.get(name, []))
        chosen = parsed.raw.get(name, [])
        fixed = {"mode": vocabulary.MODES, "paiement": vocabulary.PAYMENTS}.get(name, {})
        values = list(dict.fromkeys([*fixed, *counts, *chosen]))
        options = [
            Option(v, labels[name].get(v) or parsed.labels.get((name, v), v), counts.get(v, 0), v in chosen)
            for v in values
        ]
        if not fixed:
            options.sort(key=lambda o: (not o.selected, -o.count, o.label))
        visible = max(VISIBLE, len(chosen)) if not fixed else len(options)
        found.append(Facet(name, str(title), options[:visible], options[visible:]))
    return found


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
