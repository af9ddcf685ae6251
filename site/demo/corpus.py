"""A country of practitioners who do not exist, as many as one likes: what the search is measured and compared on.

A pure function of a size, a seed, a day and a list of towns: any slice can be made anywhere, in any process, and comes out the
same. Sixty practices and forty themes of decreasing weight (the first practice in about 15 % of profiles), some fifty words of
20 000, towns drawn by population, weekly agendas. Nothing here is written to the database: `demo.corpus_load` does.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

import numpy as np

from demo.content import load
from demo.corpus_words import PRACTICE_COUNT, Label, lexicon, practices, themes
from places.models import Commune
from search.digest import HORIZON_DAYS
from search.facts import Availability, Facts, Point
from search.ranking import Standing, bayesian_score

PRIOR_MILLI = 4400
LANGUAGES = (
    *[("fr",)] * 6,
    *[("en", "fr")] * 3,
    ("en", "es", "fr"),
    ("es", "fr"),
    ("fr", "it"),
    ("ar", "fr"),
    ("de", "fr"),
)
PAYMENTS = (
    ("carte", "especes"),
    ("carte", "cheque", "especes"),
    ("cheque", "especes", "virement"),
    ("carte",),
    ("carte", "virement"),
)
HOURS = {"matin": 8, "apres-midi": 12, "soir": 17}
STREETS = (
    "rue Victor-Hugo",
    "avenue de la République",
    "place du Marché",
    "rue des Tilleuls",
    "cours Gambetta",
    "rue Pasteur",
)


@dataclass(frozen=True, slots=True)
class Town:
    insee: str
    name: str
    label: str
    postal_code: str
    department: str
    department_name: str
    region: str
    latitude: float
    longitude: float
    population: int


def towns_of(communes: Iterable[Commune]) -> list[Town]:
    """Communes read with their département, in the order of their codes."""
    found = [
        Town(
            c.insee, c.short_name, c.label, c.postal_codes[0] if c.postal_codes else "", c.department_id, c.department.name,
            c.department.region_id, c.latitude, c.longitude, c.population,
        )
        for c in communes
    ]  # fmt: skip
    return sorted(found, key=lambda town: town.insee)


class Corpus:
    """`size` practitioners numbered from `first_id`; `facts(place)` is one of them, `places_in_order` how a table should hold them.

    >>> corpus = Corpus(500, seed=1, towns=towns_of(communes), today=clock.today())
    >>> everyone = list(corpus)
    """

    def __init__(self, size: int, *, seed: int, towns: Sequence[Town], today: dt.date, first_id: int = 1) -> None:
        self.size, self.seed, self.towns, self.today, self.first_id = size, seed, towns, today, first_id
        chance = np.random.default_rng(seed)
        people = np.array([max(town.population, 1) for town in towns], dtype=np.float64)
        self.mains = chance.choice(PRACTICE_COUNT, size, p=_falling(PRACTICE_COUNT))
        self.town_of = chance.choice(len(towns), size, p=people / people.sum())

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Facts]:
        return (self.facts(place) for place in range(self.size))

    def places_in_order(self) -> Any:
        """By main practice, then by cell of a quarter of a degree: those who are found together lie together."""
        cells = np.array(
            [int(t.latitude * 4 + 400) << 12 | int(t.longitude * 4 + 800) for t in self.towns], dtype=np.int64
        )
        return np.lexsort((self.town_of, cells[self.town_of], self.mains))

    def facts(self, place: int) -> Facts:
        chance = Random(self.seed << 32 | place)
        town, known = self.towns[self.town_of[place]], [practices()[self.mains[place]]]
        if chance.random() < 0.5:
            known = list(dict.fromkeys([*known, *_drawn(chance, practices(), chance.choice((1, 1, 1, 2)))]))
        concerns = sorted(set(_drawn(chance, themes(), chance.randint(1, 5))), key=lambda theme: theme.slug)
        return _one(chance, self, place, town, known, concerns)


def _falling(count: int) -> Any:
    weights = 1 / (np.arange(count) + 3.0)
    return weights / weights.sum()


@cache
def _weights(count: int, offset: float) -> list[float]:
    return list(accumulate(1 / (n + offset) for n in range(count)))


def _drawn(chance: Random, labels: Sequence[Label], count: int) -> list[Label]:
    return chance.choices(labels, cum_weights=_weights(len(labels), 3.0), k=count)


def _words(chance: Random, count: int) -> str:
    # As if the thirty most frequent were stop words: none is in more than one profile of seven.
    words = lexicon()
    return " ".join(chance.choices(words, cum_weights=_weights(len(words), 30.0), k=count))


@cache
def _names() -> tuple[list[str], list[str]]:
    names = load.table("names")
    return [*names["women"], *names["men"]], list(names["last"])


def _one(chance: Random, corpus: Corpus, place: int, town: Town, known: list[Label], concerns: list[Label]) -> Facts:
    pk = corpus.first_id + place
    receives = chance.random() < 0.88
    modes = ["cabinet"] if receives else []
    if chance.random() < 0.35:
        modes.append("visio")
    radius = chance.choice((5, 10, 10, 20, 20, 30, 30, 50)) if chance.random() < (0.15 if receives else 0.6) else 0
    if radius:
        modes.append("domicile")
    modes = modes or ["visio"]
    towns = [town, *_other_towns(chance, corpus, place)] if receives else [town] if radius else []
    points = tuple(_point(chance, one, receives=receives) for one in towns)
    reviews = min(int(chance.expovariate(1 / 9)), 200) if chance.random() < 0.8 else 0
    total = sum(chance.choices((5, 4, 3, 2, 1), (70, 20, 6, 2, 2))[0] for _n in range(reviews))
    free = _availability(chance, corpus.today, sorted(modes)) if chance.random() < 0.7 else Availability()
    standing = Standing(
        online=free.online,
        score=bayesian_score(total, reviews, PRIOR_MILLI),
        completeness=chance.randint(30, 100),
        partner=chance.random() < 0.1,
        listed_on=corpus.today - dt.timedelta(days=chance.randint(0, 2000)),
        practitioner_id=pk,
    )
    firsts, lasts = _names()
    names = chance.choice(firsts), chance.choice(lasts)
    services = [f"{one.name} {_words(chance, 3)}" for one in known for _n in range(chance.choice((1, 1, 2)))]
    headline = _words(chance, 22)
    price = chance.randint(6, 24) * 500
    return Facts(
        standing=standing,
        names=names,
        texts=(
            headline,
            *(text for one in known for text in one.texts),
            *(text for one in concerns for text in one.texts),
            *services,
            *(f"{one.label} {one.department_name}" for one in towns),
            *(one.postal_code for one in towns),
        ),
        practices=tuple(one.slug for one in known),
        themes=tuple(one.slug for one in concerns),
        modes=tuple(sorted(modes)),
        languages=chance.choice(LANGUAGES),
        payments=tuple(sorted(chance.choice(PAYMENTS))),
        step_free=chance.random() < 0.3,
        price_min_cents=price if chance.random() < 0.97 else None,
        points=points,
        home_radius_km=radius,
        departments=frozenset(one.department for one in towns),
        regions=frozenset(one.region for one in towns),
        availability=free,
        card=_card(chance, pk, names, known, headline, services, towns, price, sorted(modes), total, reviews),
    )  # fmt: skip


def _other_towns(chance: Random, corpus: Corpus, place: int) -> list[Town]:
    """One in seven has a second place, some a third: neighbours in the order of codes share the département, mostly."""
    if chance.random() >= 0.15:
        return []
    here, count = int(corpus.town_of[place]), len(corpus.towns)
    others = {(here + chance.randint(1, 60)) % count: None}
    if chance.random() < 0.2:
        others[int(corpus.town_of[chance.randrange(corpus.size)])] = None
    return [corpus.towns[other] for other in others if other != here]


def _point(chance: Random, town: Town, *, receives: bool) -> Point:
    """One of six spots of the town, within two kilometres of its centre."""
    spot = chance.randrange(6)
    north, east = ((0, 0), (0.006, 0.004), (-0.009, 0.007), (0.003, -0.012), (-0.004, -0.006), (0.012, 0.010))[spot]
    return Point(town.latitude + north, town.longitude + east, town.label, receives=receives)


def _availability(chance: Random, today: dt.date, modes: list[str]) -> Availability:
    """A week that repeats, the busier the sooner; the first free time of each mode follows from it."""
    weekdays = set(chance.sample(range(6), chance.randint(1, 5)))
    parts = chance.sample(list(HOURS), chance.choice((1, 2, 2, 3)))
    wait, busy = int(chance.expovariate(1 / 5)), chance.uniform(0.2, 0.9)
    cells = set()
    for number in range(wait, HORIZON_DAYS):
        day = today + dt.timedelta(days=number)
        if day.weekday() in weekdays:
            cells |= {(mode, day, part) for part in parts if chance.random() > busy for mode in modes}
    if len(modes) > 1 and chance.random() < 0.5:
        cells = {cell for cell in cells if cell[0] != modes[0] or cell[1].weekday() % 2}
    first: dict[str, dt.datetime] = {}
    for mode, day, part in cells:
        moment = dt.datetime.combine(day, dt.time(HOURS[part]), dt.UTC)
        first[mode] = min(moment, first.get(mode, moment))
    stale_at = min(first.values()) - dt.timedelta(hours=2) if first else None
    return Availability(online=True, cells=frozenset(cells), next_free=first, stale_at=stale_at)


def _card(
    chance: Random, pk: int, names: tuple[str, str], known: list[Label], headline: str, services: list[str], towns: list[Town],
    price: int, modes: list[str], total: int, reviews: int,
) -> dict[str, Any]:  # fmt: skip
    """The keys of `search.projection`, as long as they are in real life."""
    town = towns[0] if towns else None
    slug = f"praticien-fictif-{pk}"
    return {
        "slug": slug,
        "name": " ".join(names),
        "url": f"/praticiens/{slug}/",
        "headline": headline.capitalize(),
        "practices": [one.name for one in known],
        "place": town.label if town else "",
        "address": f"{chance.randint(1, 120)} {chance.choice(STREETS)}, {town.postal_code} {town.name}" if town else "",
        "zone": "Europe/Paris",
        "modes": modes,
        "portrait": "",
        "service": {"name": services[0], "minutes": chance.choice((45, 60, 75, 90)), "cents": price, "first": chance.random() < 0.5},
        "checked_on": "2026-03-12",
        "insured_until": "2027-06-30",
        "reviews": reviews,
        "mean": (20 * total + reviews) // (2 * reviews) if reviews else None,
    }  # fmt: skip
