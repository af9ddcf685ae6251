"""Which landing pages show somebody: read from the table that `search.actions.landings` keeps, checked where it could be stale."""

import math
from dataclasses import dataclass

from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet

from places.lookup import Place
from places.models import Commune, Department, Region
from practitioners.models import PracticePlace
from search.landing import subjects
from search.landing.alive import FEW, PARTS, alive
from search.landing.subjects import Subject
from search.models import LandingPage

Area = LandingPage.Area
NEIGHBOURS = 12
_PLACES: dict[str, type[Commune] | type[Department] | type[Region]] = {
    Area.COMMUNE: Commune,
    Area.DEPARTMENT: Department,
    Area.REGION: Region,
}


@dataclass(frozen=True)
class Neighbour:
    name: str
    url: str
    people: int


def receives_in(subject: Subject, place: Place) -> bool:
    """Whether somebody has a place of practice in this very commune: its page is then worth a line in the sitemap."""
    offered = (
        Q(
            practitioner__practice_links__practice=subject.pk,
            practitioner__practice_links__certificate_checked_at__isnull=False,
        )
        if subject.kind == subjects.Kind.PRACTICE
        else Q(practitioner__themes=subject.pk)
    )
    here = PracticePlace.objects.filter(commune__in=PARTS.get(place.code, [place.code]))
    return here.filter(offered, practitioner__search_entry__isnull=False).exists()


def near(subject: Subject, place: Place, limit: int = NEIGHBOURS, degrees: float = 180) -> list[Neighbour]:
    """The nearest other towns where somebody offers it, the nearest first, within so many degrees."""
    offered = _of(subject, Area.COMMUNE).exclude(code=place.code)
    wide = degrees / math.cos(math.radians(place.latitude))
    # Good enough to sort neighbours by: a degree of longitude is shorter away from the equator.
    east = (F("longitude") - place.longitude) * math.cos(math.radians(place.latitude))
    north = F("latitude") - place.latitude
    towns = Commune.objects.filter(
        latitude__range=(place.latitude - degrees, place.latitude + degrees),
        longitude__range=(place.longitude - wide, place.longitude + wide),
        insee__in=offered.values("code"),
    ).order_by(ExpressionWrapper(east * east + north * north, FloatField()), "insee")
    codes = list(towns.values_list("insee", flat=True)[: limit + FEW])
    pages = {page.code: page for page in offered.filter(code__in=codes)}
    return _named(subject, [pages[code] for code in codes if code in pages])[:limit]


def largest(subject: Subject, place: Place | None = None, limit: int = NEIGHBOURS) -> list[Neighbour]:
    """The towns of a département, of a région or of France with most practitioners."""
    pages = _of(subject, Area.COMMUNE)
    if place:
        within = {"department": "department", "region": "department__region"}[place.kind]
        pages = pages.filter(code__in=Commune.objects.filter(**{within: place.code}).values("insee"))
    return _named(subject, list(pages.order_by("-people", "code")[: limit + FEW]))[:limit]


def departments(subject: Subject, region: str = "") -> list[Neighbour]:
    pages = _of(subject, Area.DEPARTMENT)
    if region:
        pages = pages.filter(code__in=Department.objects.filter(region=region).values("code"))
    return sorted(_named(subject, list(pages)), key=lambda one: one.name)


def everywhere(subject: Subject) -> bool:
    return bool(alive(list(_of(subject, Area.FRANCE))))


def larger(subject: Subject, place: Place) -> Neighbour | None:
    """The département of a town, the région of a département, when it has a page."""
    area, code = (Area.DEPARTMENT, place.department) if place.kind == "commune" else (Area.REGION, place.region)
    if place.kind == "region" or not code:
        return None
    return next(iter(_named(subject, list(_of(subject, area).filter(code=code)))), None)


def others_here(subject: Subject, place: Place, limit: int = 8) -> list[tuple[str, str]]:
    """(name, address) of the other practices and themes of the same place, those of most people first."""
    pages = LandingPage.objects.filter(area=place.kind, code=place.code).exclude(
        kind=subject.kind, subject_id=subject.pk
    )
    found = list(pages.order_by("-people", "kind", "subject_id")[: limit + FEW])
    living = alive(found)
    rows = {
        (kind, row.pk): subjects.of(row)
        for kind, model in subjects.MODELS.items()
        for row in model._default_manager.filter(pk__in=[p.subject_id for p in found if p.kind == kind])
    }
    named = [rows.get((page.kind, page.subject_id)) for page in found if page.pk in living]
    return [(one.name, one.url(place.slug)) for one in named if one][:limit]


def _of(subject: Subject, area: str) -> QuerySet[LandingPage]:
    return LandingPage.objects.filter(kind=subject.kind, subject_id=subject.pk, area=area)


def _named(subject: Subject, pages: list[LandingPage]) -> list[Neighbour]:
    living = alive(pages)
    found = []
    for area, model in _PLACES.items():
        rows = model._default_manager.in_bulk([page.code for page in pages if page.area == area])
        for page in pages:
            if page.area == area and page.pk in living and page.code in rows:
                place = rows[page.code]
                name = place.short_name if isinstance(place, Commune) else place.name
                found.append(Neighbour(name.replace("'", "’"), subject.url(place.slug), page.people))
    return found
