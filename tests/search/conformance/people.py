"""Practitioners made to disagree about: equals in everything, in the same spot, without a place, a price or a word, at the edges
of the agenda's horizon. Generated as facts, so that all that follows is the product's own.
"""

import datetime as dt
from random import Random
from typing import Any

from search.digest import HORIZON_DAYS, MODES, PARTS
from search.facts import Availability, Facts, Point
from search.ranking import Standing
from tests.search.conformance.country import AREAS, TOWNS

PRACTICES = ("sophrologie", "hypnose", "osteopathie", "reflexologie", "yoga", "massage-bien-etre")
THEMES = ("stress", "sommeil", "mal-de-dos", "arret-du-tabac")
LANGUAGES = ("fr", "en", "es", "de", "ar")
PAYMENTS = ("carte", "especes", "cheque", "virement")
WORDS = (
    "détente", "l’écoute", "souffle", "énergie", "grossesse", "enfants", "sportifs", "stress", "sophrologie", "hypnose",
    "massages", "dos", "sommeil", "naturelle", "séances", "accompagnement", "Lyon", "cœur", "bien-être", "aujourd’hui",
)  # fmt: skip
FIRST = ("Élodie", "Jean-Luc", "Anaïs", "Noël", "Chloé", "Yves")
LAST = ("Le Goff", "Müller", "D’Angelo", "Nguyên", "Martin", "Saint-Martin")
HOURS = {"matin": 7, "apres-midi": 13, "soir": 18}
# A few spots of a town, one of them its centre: equal distances are frequent.
SPOTS = ((0.0, 0.0), (0.0, 0.0), (0.011, 0.004), (-0.02, 0.031), (0.05, -0.04))


def crowd(count: int, *, seed: int, today: dt.date, first_id: int = 1) -> list[Facts]:
    return [_someone(Random(seed * 1_000_003 + number), first_id + number, today) for number in range(count)]


def _some(chance: Random, values: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(chance.sample(values, chance.randint(0, min(most, len(values)))))


def _someone(chance: Random, pk: int, today: dt.date) -> Facts:
    towns = [chance.choice(list(TOWNS)) for _n in range(chance.choice((0, 1, 1, 1, 1, 2, 3)))]
    receives = chance.random() < 0.85
    points = tuple(_point(chance, insee, receives) for insee in towns)
    modes = tuple(sorted(_some(chance, MODES, 3)))
    free = _agenda(chance, today, modes)
    practices = _some(chance, PRACTICES, 3)
    areas = frozenset(TOWNS[insee][1] for insee in towns)
    return Facts(
        standing=Standing(
            # Few values, so that most are equals until the last criterion.
            online=chance.random() < 0.7,
            score=chance.choice((38, 40, 43, 45, 45, 47, 50)),
            completeness=chance.choice((60, 80, 80, 100)),
            partner=chance.random() < 0.2,
            listed_on=today - dt.timedelta(days=chance.choice((0, 1, 30, 30, 365))),
            practitioner_id=pk,
        ),
        names=(chance.choice(FIRST), chance.choice(LAST)),
        texts=tuple(" ".join(chance.choices(WORDS, k=chance.randint(0, 6))) for _n in range(2)) + practices,
        practices=practices,
        themes=_some(chance, THEMES, 3),
        modes=modes,
        languages=_some(chance, LANGUAGES, 3),
        payments=_some(chance, PAYMENTS, 4),
        step_free=chance.random() < 0.4,
        price_min_cents=chance.choice((None, 0, 3999, 4000, 4001, 6000, 7550, 10_000, 25_000)),
        points=points,
        home_radius_km=chance.choice((0, 0, 0, 5, 10, 20, 30, 50, 100)) if points else 0,
        departments=areas,
        regions=frozenset(AREAS[code][1] for code in areas),
        availability=free,
        card={"name": f"n° {pk}", "slug": str(pk)},
    )


def _point(chance: Random, insee: str, receives: bool) -> Point:
    name, _department, latitude, longitude, *_rest = TOWNS[insee]
    north, east = chance.choice(SPOTS)
    return Point(latitude + north, longitude + east, name, receives=receives)


def _agenda(chance: Random, today: dt.date, modes: tuple[str, ...]) -> Availability:
    """Now and then a single cell, at the very first or the very last day."""
    if not modes or chance.random() < 0.3:
        return Availability()
    numbers: Any = chance.choice(
        ([0], [1], [6], [7], [HORIZON_DAYS - 1], range(HORIZON_DAYS), range(0, HORIZON_DAYS, 7))
    )
    cells = frozenset(
        (mode, today + dt.timedelta(days=number), part)
        for number in numbers
        for part in PARTS
        for mode in modes
        if chance.random() < 0.4
    )
    first: dict[str, dt.datetime] = {}
    for mode, day, part in cells:
        moment = dt.datetime.combine(day, dt.time(HOURS[part]), dt.UTC)
        first[mode] = min(moment, first.get(mode, moment))
    return Availability(online=True, cells=cells, next_free=first)
