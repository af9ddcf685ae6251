"""What a landing page says of itself: title, description, and an introduction made of facts when editors wrote none."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common import clock, wording
from common.money import format_euros
from places.lookup import Place
from places.models import Department
from places.wording import in_place, typographic
from search import vocabulary
from search.engines.base import Results
from search.landing.figures import Figures
from search.landing.subjects import Kind, Subject
from search.presentation.words import counted


def heading(subject: Subject, place: Place | None) -> str:
    """`Sophrologie à Lyon`, `… au Mans`, `… dans le Rhône`."""
    return f"{subject.name} {in_place(place)}" if place else subject.name


def title(subject: Subject, place: Place | None, count: int) -> str:
    return _("%(heading)s: %(people)s, prices and free times") % {
        "heading": heading(subject, place),
        "people": counted(count),
    }


def description(subject: Subject, place: Place | None, count: int, figures: Figures) -> str:
    """One or two sentences of facts, under what search engines cut."""
    where = heading(subject, place)
    said = {"heading": where, "people": counted(count)}
    if figures.from_cents:
        said["price"] = format_euros(figures.from_cents)
        first = _("%(heading)s: %(people)s, from %(price)s a session, with reviews and free times.") % said
    else:
        first = _("%(heading)s: %(people)s, with reviews and free times.") % said
    last = _("Certificates seen, online booking.") if subject.kind == Kind.PRACTICE else _("Online booking.")
    return f"{first} {last}"


def sentences(subject: Subject, place: Place | None, results: Results, figures: Figures) -> list[str]:
    """The introduction: how many and where, how they meet people, what it costs, when the first time is."""
    said = [_who(place, results.count) + _how(results)]
    if figures.median_cents:
        said.append(
            _("Half of them offer a session at %(price)s or less.") % {"price": format_euros(figures.median_cents)}
        )
    if figures.next_free and figures.next_free > clock.now():
        said.append(_("First free time: %(moment)s.") % {"moment": _moment(figures.next_free, place)})
    if subject.kind == Kind.PRACTICE:
        said.append(ngettext("The certificate was seen.", "Each one’s certificate was seen.", results.count))
    return said


def _who(place: Place | None, count: int) -> str:
    people = counted(count)
    if place is None:
        return _("%(people)s in France") % {"people": people}
    if place.kind == "commune":
        return _("%(people)s %(where)s or within %(km)s km") % {
            "people": people,
            "where": in_place(place),
            "km": vocabulary.DEFAULT_RADIUS,
        }
    return f"{people} {in_place(place)}"


def _how(results: Results) -> str:
    """`: 20 at the practice, 12 by video, 3 at home.`"""
    counts = dict(results.facets.get("mode", []))
    words = {"cabinet": _("at the practice"), "visio": _("by video"), "domicile": _("at the client’s home")}
    said = [f"{_number(counts[mode])} {text}" for mode, text in words.items() if counts.get(mode)]
    return _(": ") + ", ".join(said) + "." if said else "."


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u00a0" if (get_language() or "fr").startswith("fr") else ",")


def _moment(moment: dt.datetime, place: Place | None) -> str:
    """On the clock of the place; a région or France is on the clock of Paris, where its name does not say otherwise."""
    zone: ZoneInfo | str = clock.PARIS
    if place and place.department:
        zone = Department(code=place.department).timezone
    return wording.long_datetime(moment, zone, year=False)


def place_name(place: Place) -> str:
    return typographic(place.name)
