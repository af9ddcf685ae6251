"""A year of visits to the practitioners' pages, and the searches by which people came."""

import datetime as dt
import math
import random
from collections.abc import Iterator
from urllib.parse import urlencode

from common import clock
from practitioners.models import PageFigure, Practitioner
from search import usual_searches
from search.models import UsualSearch

DAYS = 365
MONTHS = 12
What = PageFigure.What


def seed() -> None:
    """The first practitioner's page is seen each day; the others' now and then."""
    today = clock.today()
    people = list(
        Practitioner.objects.listed().order_by("pk").prefetch_related("practice_links__practice", "places__commune")
    )
    PageFigure.objects.bulk_create(
        (figure for rank, person in enumerate(people) for figure in _figures(person, today, often=rank == 0)),
        batch_size=2000,
    )
    for rank, person in enumerate(people[:12]):
        _searches(person, today, months=MONTHS if rank == 0 else 2)


def _figures(person: Practitioner, today: dt.date, *, often: bool) -> Iterator[PageFigure]:
    chance = random.Random(person.pk)
    for back in range(DAYS):
        day = today - dt.timedelta(days=back)
        if not often and chance.random() > 0.25:
            continue
        # More people look for help in winter and at the start of a week.
        season = 1 + 0.35 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365)
        views = round((11 if often else 2) * season * (0.6 if day.weekday() >= 5 else 1) * chance.uniform(0.5, 1.5))
        for what, share in ((What.VIEW, 1.0), (What.PHONE, 0.05), (What.MESSAGE, 0.03)):
            count = views if share == 1 else sum(chance.random() < share for _n in range(views))
            if count:
                yield PageFigure(practitioner=person, day=day, what=what, count=count)


def _searches(person: Practitioner, today: dt.date, *, months: int) -> None:
    chance = random.Random(person.pk)
    practices = [link.practice.name for link in person.practice_links.all()][:2]
    town = next((place.commune.name for place in person.places.all()), person.town)
    asked = [(f"{name} {town}", 34 - 14 * n) for n, name in enumerate(practices)]
    asked += [(f"stress {town}", 16), (f"sommeil {town}", 11), (practices[0], 8), (f"burn out {town}", 1)]
    month = today.replace(day=1)
    for _n in range(months):
        for words, usually in asked:
            before = set(UsualSearch.objects.filter(practitioner=person, month=month).values_list("pk", flat=True))
            usual_searches.count(person.pk, urlencode({"q": words}), month)
            new = UsualSearch.objects.filter(practitioner=person, month=month).exclude(pk__in=before)
            new.update(count=max(1, round(usually * chance.uniform(0.6, 1.3))))
        month = (month - dt.timedelta(days=1)).replace(day=1)
