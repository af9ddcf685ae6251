"""The results of a page as pins: each where the place is that answers the question, numbered like its card."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common import wording
from common.money import format_euros
from places.models import Department
from search import geo
from search.engines.base import Hit
from search.query import Query


@dataclass(frozen=True, slots=True)
class Line:
    """A result in a few words. `price` and `next_time` are empty when there is none."""

    practitioner_id: int
    number: int
    name: str
    url: str
    practices: str
    place: str
    price: str
    next_time: str

    @property
    def title(self) -> str:
        """What is heard of it: it begins like the card."""
        return ", ".join(part for part in (f"{self.number}. {self.name}", self.price, self.next_time) if part)


@dataclass(frozen=True, slots=True)
class Pin(Line):
    """A result that has a place; `home` where only home visits start from it."""

    latitude: float
    longitude: float
    home: bool


# A point of the card: latitude, longitude, whether clients are received there, label such as « Lyon (69) ».
Point = list[Any]


def lines_of(query: Query, hits: list[Hit], *, first: int) -> list[Line]:
    """The hits in their order, numbered from `first`: pins, and plain lines for those without a place."""
    departments = codes_of(query) if not query.center else frozenset()
    return [
        _line(hit, number, place_that_matched(query, hit.card.get("points", []), departments))
        for number, hit in enumerate(hits, first)
    ]


def pins_of(query: Query, hits: list[Hit], *, first: int) -> list[Pin]:
    return [line for line in lines_of(query, hits, first=first) if isinstance(line, Pin)]


def place_that_matched(query: Query, points: list[Point], departments: frozenset[str] = frozenset()) -> Point | None:
    """The nearest to what was asked for; else the one inside the area; else the first, which is the main one."""
    if not points:
        return None
    if query.center:
        x, y, z = geo.unit_vector(*query.center)
        return max(points, key=lambda point: _dot((x, y, z), geo.unit_vector(point[0], point[1])))
    if query.bbox:
        west, south, east, north = query.bbox
        inside = [p for p in points if p[2] and south <= p[0] <= north and west <= p[1] <= east]
        return (inside or points)[0]
    inside = [p for p in points if p[3].rpartition("(")[2].rstrip(")") in departments]
    return (inside or points)[0]


def codes_of(query: Query) -> frozenset[str]:
    """The départements of the area that was asked for, if it was one."""
    place = query.place
    if place is None or place.kind == "commune":
        return frozenset()
    if place.kind == "department":
        return frozenset([place.code])
    return frozenset(Department.objects.filter(region=place.code).values_list("code", flat=True))


def _dot(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _line(hit: Hit, number: int, point: Point | None) -> Line:
    card = hit.card
    service, when = card.get("service"), ""
    if hit.next_free:
        when = _("first time %(when)s") % {"when": wording.short_datetime(hit.next_free, card.get("zone"))}
    words = (
        hit.practitioner_id,
        number,
        str(card["name"]),
        str(card["url"]),
        ", ".join(card["practices"]),
        str(point[3]) if point else _("By video"),
        format_euros(service["cents"]) if service else "",
        when,
    )
    return Pin(*words, latitude=point[0], longitude=point[1], home=not point[2]) if point else Line(*words)
