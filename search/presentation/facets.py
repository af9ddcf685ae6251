"""The filters with their counts, as the form shows them: each count is what choosing that value would give."""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from practitioners.models import Practice, Theme
from search import finding, vocabulary
from search.digest import HORIZON_DAYS
from search.engines.base import Results
from search.presentation.words import option_label
from search.query import Parsed

VISIBLE, FEWEST = 6, 2
# One value at a time: chosen among buttons of which the first is none of them.
SINGLE = {"disponible", "rayon", "prix_max", "note_min"}
_ANY = {
    "disponible": gettext_lazy("Any day"),
    "prix_max": gettext_lazy("Any price"),
    "note_min": gettext_lazy("Any score"),
}
ORDER = (
    "disponible",
    "moment",
    "mode",
    "rayon",
    "pratique",
    "theme",
    "prix_max",
    "note_min",
    "langue",
    "paiement",
    "acces",
)


@dataclass(frozen=True)
class Option:
    """`count` is absent where it is not known before a value is typed."""

    value: str
    label: str
    count: int | None
    selected: bool


@dataclass(frozen=True)
class Facet:
    """`shown` are the options in view, `more` those behind a disclosure; none that is selected is hidden.

    `own` is what was typed in the field beside the options (a date, a price), `own_chosen` whether it is the choice.
    """

    name: str
    label: str
    single: bool
    shown: list[Option]
    more: list[Option] = field(default_factory=list)
    any_label: str = ""
    own: str = ""
    own_chosen: bool = False
    own_min: str = ""
    own_max: str = ""

    @property
    def has_choice(self) -> bool:
        return any(option.selected for option in (*self.shown, *self.more))


def facets(results: Results, parsed: Parsed) -> list[Facet]:
    made = []
    for name in ORDER:
        counts = _radii(results, parsed) if name == "rayon" else dict(results.facets.get(name, []))
        if name == "rayon" and not counts:
            continue
        made.append(_single(name, counts, results, parsed) if name in SINGLE else _several(name, counts, parsed))
    return made


def _several(name: str, counts: dict[str, int], parsed: Parsed) -> Facet:
    """Any number of values. Those of the catalogue stay when nobody is left, after the others."""
    chosen = parsed.raw.get(name, [])
    labels = _labels(name)
    values = list(dict.fromkeys([*labels, *counts, *chosen]))
    options = [
        Option(value, labels.get(value) or option_label(parsed, name, value), counts.get(value, 0), value in chosen)
        for value in values
    ]
    title = str(vocabulary.FACETS[name])
    if name in {"mode", "moment", "paiement", "acces"}:
        return Facet(name, title, False, options)
    options.sort(key=lambda option: (-(option.count or 0), option.label))
    found = sum(1 for option in options if option.count)
    shown = [o for place, o in enumerate(options) if place < min(VISIBLE, max(found, FEWEST)) or o.selected]
    return Facet(name, title, False, shown, [option for option in options if option not in shown])


def _labels(name: str) -> dict[str, str]:
    if name == "pratique":
        return dict(Practice.objects.values_list("slug", "name"))
    if name == "theme":
        return dict(Theme.objects.values_list("slug", "name"))
    fixed: dict[str, dict[str, str | Promise]] = {
        "mode": vocabulary.MODES,
        "moment": vocabulary.PARTS,
        "paiement": vocabulary.PAYMENTS,
        "acces": {"fauteuil": _("Step-free access")},
    }
    return {value: str(label) for value, label in fixed.get(name, {}).items()}


def _single(name: str, counts: dict[str, int], results: Results, parsed: Parsed) -> Facet:
    """One value: those offered, or one's own, which counts what is on the page."""
    chosen = next(iter(parsed.raw.get(name, [])), "")
    if name == "rayon":
        chosen = str(parsed.query.radius_km)
    labels = {
        "disponible": {value: str(label) for value, label in vocabulary.WHEN.items()},
        "rayon": {value: f"{value}\u00a0km" for value in counts},
        "prix_max": {value: _("Up to %(value)s €") % {"value": value} for value in counts},
        "note_min": {value: _("%(value)s and more") % {"value": _decimal(value)} for value in counts},
    }[name]
    options = [Option(value, label, counts.get(value, 0), value == chosen) for value, label in labels.items()]
    own = chosen not in labels and bool(chosen)
    if own and name == "note_min":
        label = _("%(value)s and more") % {"value": _decimal(chosen)}
        options.append(Option(chosen, label, results.count, True))
        own = False
    today = clock.today()
    return Facet(
        name,
        _("Distance") if name == "rayon" else str(vocabulary.FACETS[name]),
        True,
        options,
        any_label=str(_ANY.get(name, "")),
        own=chosen if own else "",
        own_chosen=own,
        own_min=today.isoformat() if name == "disponible" else "",
        own_max=(today + dt.timedelta(days=HORIZON_DAYS - 1)).isoformat() if name == "disponible" else "",
    )


def _decimal(value: str) -> str:
    return str(number_format(value.replace(",", ".")))


def _radii(results: Results, parsed: Parsed) -> dict[str, int]:
    """How many each distance gives: the engine is asked for each, since a radius is no facet of an entry."""
    asked = parsed.query
    if not asked.center:
        return {}
    return {
        str(km): results.count
        if km == asked.radius_km and not results.corrected
        else finding.find(replace(asked, radius_km=km, page=1, sort="classement"), facets=False, size=0).count
        for km in vocabulary.RADII
    }
