"""What to try when nothing was found: searches close to this one that do find somebody. Each is counted, none is a guess."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from search import finding, listing, vocabulary
from search.addresses import Address
from search.presentation.words import counted, quoted
from search.query import Query

FAR_KM = 2_000
_PLACE = ("lieu", "autour", "rayon", "bbox", "tri")
_FILTERS = ("pratique", "theme", "langue", "paiement", "prix_max", "note_min", "acces")


@dataclass(frozen=True)
class WayOut:
    """Something to try, with how many it finds."""

    label: str
    found: str
    url: str


@dataclass(frozen=True)
class _Try:
    label: str
    query: Query
    address: Address


def ways_out(asked: Query, address: Address) -> list[WayOut]:
    ways = []
    wider = False
    for attempt in _tries(asked, address):
        is_wider = attempt.query.radius_km != asked.radius_km
        if is_wider and wider:
            continue
        count = finding.find(attempt.query, facets=False, size=1).count
        if count:
            wider = wider or is_wider
            ways.append(WayOut(attempt.label, counted(count), str(attempt.address)))
    return ways


def nearest(asked: Query) -> list[listing.Card]:
    """The three nearest who match everything but the distance."""
    if not asked.center:
        return []
    far = replace(asked, radius_km=FAR_KM, bbox=None, sort="distance", page=1)
    return listing.cards(finding.find(far, facets=False, size=3).hits, asked=far)


def _tries(asked: Query, address: Address) -> Iterator[_Try]:
    first = replace(asked, page=1)
    if asked.center:
        for km in vocabulary.RADII:
            if km > asked.radius_km:
                label = _("Within %(km)s km") % {"km": km}
                yield _Try(label, replace(first, radius_km=km), address.setting(rayon=str(km)))
    if asked.days or asked.parts:
        yield _Try(_("At any time"), replace(first, days=None, parts=()), address.without("disponible", "moment"))
    anywhere = replace(first, place=None, around=None, bbox=None, sort="classement")
    located = asked.place or asked.around or asked.bbox
    if "visio" not in asked.modes or located:
        video = address.without(*_PLACE).setting(mode="visio")
        yield _Try(_("By video"), replace(anywhere, modes=("visio",)), video)
    if asked.practices or asked.themes or asked.languages or asked.payments or asked.step_free or asked.price_max:
        bare = replace(
            first, practices=(), themes=(), languages=(), payments=(), price_max=None, score_min=None, step_free=False
        )
        yield _Try(_("Without the other filters"), bare, address.without(*_FILTERS))
    if located:
        yield _Try(_("Everywhere in France"), anywhere, address.without(*_PLACE))
    if asked.text and located:
        label = _("Without %(text)s") % {"text": quoted(asked.text)}
        yield _Try(label, replace(first, text="", must=()), address.without("q", "exact"))
