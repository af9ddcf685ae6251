"""What to try when nothing was found: searches close to this one that do find somebody. Each is counted, none is a guess."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from search import finding, listing, vocabulary
from search.addresses import Address
from search.presentation.chips import without_pieces
from search.presentation.words import counted
from search.query import Parsed, Query

FAR_KM = 2_000
_PLACE = ("lieu", "autour", "rayon", "bbox", "tri")
_FILTERS = ("pratique", "theme", "langue", "paiement", "prix_max", "note_min", "acces")


@dataclass(frozen=True)
class WayOut:
    """Something to try, with how many it finds. `another_time`: the same question at any time."""

    label: str
    found: str
    url: str
    another_time: bool = False


@dataclass(frozen=True)
class Nearest:
    """The nearest who match everything but the distance; `corrected` is what was searched when the words were misspelt."""

    cards: list[listing.Card]
    corrected: str = ""
    another_time: bool = False


@dataclass(frozen=True)
class _Try:
    label: str
    query: Query
    address: Address
    another_time: bool = False


def ways_out(parsed: Parsed, address: Address) -> list[WayOut]:
    """One thing let go of at a time; when that finds nobody, more at once."""
    ways: list[WayOut] = []
    for attempts in (_tries, _bolder_tries):
        wider = False
        for attempt in attempts(parsed, address):
            is_wider = attempt.query.radius_km != parsed.query.radius_km
            way = None if is_wider and wider else _way(attempt)
            if way:
                wider = wider or is_wider
                ways.append(way)
        if ways:
            break
    return ways


def nearest(asked: Query, *, count: int = 3) -> Nearest:
    """At the moment asked for, else at any."""
    if not asked.center:
        return Nearest([])
    far = replace(asked, radius_km=FAR_KM, bbox=None, sort="distance", page=1)
    found = finding.find(far, facets=False, size=count)
    timed = bool(asked.days or asked.parts)
    if not found.hits and timed:
        return replace(nearest(replace(asked, days=None, parts=()), count=count), another_time=True)
    return Nearest(listing.cards(found.hits, asked=far), found.corrected or "")


def _way(attempt: _Try) -> WayOut | None:
    found = finding.find(attempt.query, facets=False, size=0).count
    return WayOut(attempt.label, counted(found), str(attempt.address), attempt.another_time) if found else None


def _located(asked: Query) -> bool:
    return bool(asked.place or asked.around or asked.bbox)


def _same_place(parsed: Parsed, address: Address) -> Address:
    """The place of the question by its parameter, whether it was chosen or said in the words."""
    asked = parsed.query
    place = asked.place.id if asked.place else ""
    radius = str(asked.radius_km) if asked.center and asked.radius_km != vocabulary.DEFAULT_RADIUS else ""
    around = next(iter(parsed.raw.get("autour", [])), "")
    return address.without("q", "exact").setting(lieu="" if around else place, autour=around, rayon=radius)


def _tries(parsed: Parsed, address: Address) -> Iterator[_Try]:
    asked = parsed.query
    first = replace(asked, page=1)
    if asked.center:
        for km in vocabulary.RADII:
            if km > asked.radius_km:
                label = _("Within %(km)s km") % {"km": km}
                yield _Try(label, replace(first, radius_km=km), address.setting(rayon=str(km)))
    if asked.days or asked.parts:
        anytime = address.without("disponible", "moment")
        yield _Try(_("At any time"), replace(first, days=None, parts=()), anytime, another_time=True)
    anywhere = replace(first, place=None, around=None, bbox=None, sort="classement")
    without_place = without_pieces(parsed, address, "place", "around", "radius").without(*_PLACE)
    if "visio" not in asked.modes or _located(asked):
        video = without_pieces(parsed, address, "place", "around", "radius", "mode").without(*_PLACE)
        yield _Try(_("By video"), replace(anywhere, modes=("visio",)), video.setting(mode="visio"))
    chosen = (asked.practices, asked.themes, asked.languages, asked.payments, asked.price_max, asked.score_min)
    if any(chosen) or asked.step_free:
        bare = replace(
            first, practices=(), themes=(), languages=(), payments=(), price_max=None, score_min=None, step_free=False
        )
        yield _Try(_("Without the other filters"), bare, address.without(*_FILTERS))
    if _located(asked):
        yield _Try(_("Everywhere in France"), anywhere, without_place)
        if asked.must and not asked.bbox:
            others = replace(first, text="", must=())
            yield _Try(_("All practices, in the same place"), others, _same_place(parsed, address))


def _bolder_tries(parsed: Parsed, address: Address) -> Iterator[_Try]:
    asked = parsed.query
    anywhere = replace(asked, page=1, place=None, around=None, bbox=None, sort="classement", days=None, parts=())
    without_place = without_pieces(parsed, address, "place", "around", "radius").without(*_PLACE)
    if _located(asked) and (asked.days or asked.parts):
        label = _("Everywhere in France, at any time")
        yield _Try(label, anywhere, without_place.without("disponible", "moment"))
    if asked.place or asked.around:
        bare = Query(place=asked.place, around=asked.around, radius_km=asked.radius_km)
        yield _Try(_("All practices, in the same place"), bare, _same_place(parsed, Address()))
