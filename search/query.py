"""What is asked, from an address: one frozen `Query`, and what was wrong with the rest, parameter by parameter.

The same parser serves the pages (which say what they ignored) and the API (which refuses it, naming the parameter).
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from places import lookup
from places.lookup import Ambiguous, Place
from practitioners.models import Practice, Theme
from search import understanding, vocabulary
from search.digest import HORIZON_DAYS
from search.terms import Clause
from search.understanding import Piece
from search.understanding.lexicon import Lexicon

MAX_TEXT = 200
MAX_VALUES = 20
MAX_PAGE = 100_000


class Parameters(Protocol):
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Query:
    """A question with every value known to be sound. Tuples of several values mean any of them; different filters add up.

    `text` is what was typed; an entry must satisfy every clause of `must`: its terms hold all those of one alternative.
    `exact`: just what was typed is asked for, neither understood nor corrected.
    `center` (degrees) and `radius_km` come from a commune or from `around`; `price_max` is in cents, `score_min` in tenths,
    `days` a first and a last local day.
    """

    text: str = ""
    exact: bool = False
    must: tuple[Clause, ...] = ()
    place: Place | None = None
    around: tuple[float, float] | None = None
    radius_km: int = vocabulary.DEFAULT_RADIUS
    bbox: tuple[float, float, float, float] | None = None
    practices: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    days: tuple[dt.date, dt.date] | None = None
    parts: tuple[str, ...] = ()
    price_max: int | None = None
    score_min: int | None = None
    step_free: bool = False
    sort: str = "classement"
    page: int = 1

    @property
    def center(self) -> tuple[float, float] | None:
        if self.around:
            return self.around
        if self.place and self.place.kind == "commune":
            return self.place.latitude, self.place.longitude
        return None

    @property
    def finds_nothing(self) -> bool:
        """Something was typed in which there is nothing to search for: no result is the honest answer."""
        return bool(self.text) and not (self.must or self.place or self.modes or self.around)

    @property
    def modes_asked(self) -> tuple[str, ...]:
        """The ways to meet in which a time must be free: those chosen, or any."""
        return self.modes or tuple(vocabulary.MODES)


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that was not understood. `message` is for the person."""

    parameter: str
    value: str
    message: str | Promise


@dataclass(slots=True)
class Parsed:
    """`raw` is what was accepted, as address values: chips and links are made of it.

    `pieces` is what was understood in the text, each with the text that would remain without it. `around_me`: the text asks
    for what is near, and only the browser knows where that is. `set_aside` is a place of the text that another one overrules.
    """

    query: Query = field(default_factory=Query)
    problems: list[Problem] = field(default_factory=list)
    ambiguous: Ambiguous | None = None
    unknown_place: str = ""
    place_text: str = ""
    raw: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()
    around_me: bool = False
    set_aside: str = ""


def parse(
    parameters: Parameters,
    *,
    today: dt.date,
    preset: Mapping[str, object] | None = None,
    words_mean: Lexicon | None = None,
) -> Parsed:
    """Read the search's parameters; `preset` are fields of `Query` that the address itself fixes (landing pages).

    `words_mean` stands for the lexicon of this moment: what would be understood if it were another.
    """
    return _Reader(parameters, today, words_mean).read(dict(preset or {}))


class _Reader:
    def __init__(self, parameters: Parameters, today: dt.date, words_mean: Lexicon | None = None) -> None:
        self.parameters, self.today, self.words_mean = parameters, today, words_mean
        self.parsed = Parsed()
        self.values: dict[str, object] = {}

    def read(self, preset: dict[str, object]) -> Parsed:
        self._text()
        self._place()
        self._around()
        self._bbox()
        self._slugs("pratique", "practices", Practice)
        self._slugs("theme", "themes", Theme)
        self._choices("langue", "languages", _known_language)
        self._choices("mode", "modes", vocabulary.MODES.__contains__)
        self._choices("paiement", "payments", vocabulary.PAYMENTS.__contains__)
        self._choices("moment", "parts", vocabulary.PARTS.__contains__)
        self._when()
        self._numbers()
        if self._one("acces"):
            self._accept_if(
                self._one("acces") == "fauteuil", "acces", "step_free", True, _("Only “fauteuil” is known here.")
            )
        self._understand(preset)
        self.parsed.query = Query(**{**self.values, **preset})  # type: ignore[arg-type]
        self._sort()
        return self.parsed

    # Reading one or several values

    def _all(self, name: str) -> list[str]:
        return [
            value.replace("\x00", " ").strip() for value in self.parameters.getlist(name)[:MAX_VALUES] if value.strip()
        ]

    def _one(self, name: str) -> str:
        values = self._all(name)
        return values[-1] if values else ""

    def _accept(self, parameter: str, fieldname: str, value: object, raw: Sequence[str]) -> None:
        self.values[fieldname] = value
        self.parsed.raw[parameter] = list(raw)

    def _refuse(self, parameter: str, value: str, message: str) -> None:
        self.parsed.problems.append(Problem(parameter, value[:60], message))

    def _accept_if(self, fits: bool, parameter: str, fieldname: str, value: object, message: str) -> None:
        typed = self._one(parameter)
        if fits:
            self._accept(parameter, fieldname, value, [typed])
        else:
            self._refuse(parameter, typed, message)

    def _choices(self, parameter: str, fieldname: str, known: Callable[[str], bool]) -> None:
        good: list[str] = []
        for value in dict.fromkeys(self._all(parameter)):
            if known(value):
                good.append(value)
            else:
                self._refuse(parameter, value, _("This value is not known."))
        if good:
            self._accept(parameter, fieldname, tuple(good), good)

    def _slugs(self, parameter: str, fieldname: str, model: type[Practice] | type[Theme]) -> None:
        asked = self._all(parameter)
        if asked:
            names = dict(model._default_manager.filter(slug__in=asked).values_list("slug", "name"))
            self.parsed.labels |= {(parameter, slug): name for slug, name in names.items()}
            self._choices(parameter, fieldname, names.__contains__)

    # The parameters that have a form of their own

    def _text(self) -> None:
        text = " ".join(self._one("q").split())
        if len(text) > MAX_TEXT:
            self._refuse("q", text, _("At most %(n)s characters.") % {"n": MAX_TEXT})
        elif text:
            self._accept("q", "text", text, [text])
        if self._one("exact"):
            self._accept_if(self._one("exact") == "1", "exact", "exact", True, _("Only “1” is known here."))

    def _understand(self, preset: Mapping[str, object]) -> None:
        """What the text says, where no parameter says it: a place, a point or an area given beside it overrules its place."""
        exact, text = bool(self.values.get("exact")), str(self.values.get("text", ""))
        if not text:
            return
        elsewhere = any(self._one(name) for name in ("lieu", "autour", "bbox")) or "place" in preset or "bbox" in preset
        found = understanding.read(text, place_known=elsewhere, exact=exact, words_mean=self.words_mean)
        overruled = {kind for kind, name in (("mode", "modes"), ("radius", "radius_km")) if name in self.values}
        self.parsed.pieces = tuple(piece for piece in found.pieces if piece.kind not in overruled)
        self.parsed.around_me, self.parsed.set_aside = found.around_me, found.set_aside
        self.parsed.ambiguous = self.parsed.ambiguous or found.ambiguous
        self.values["must"] = found.must
        for name, value in (("place", found.place), ("modes", found.modes), ("radius_km", found.radius_km)):
            if value:
                self.values.setdefault(name, value)
        if found.pieces and not (found.must or found.place or found.modes or found.ambiguous):
            # “près de moi” alone asks for everybody; only a text without any sense finds nobody.
            self.values["text"] = ""

    def _place(self) -> None:
        typed = self._one("lieu")
        self.parsed.place_text = typed[: lookup.MAX_TYPED]
        if not typed:
            return
        found = lookup.resolve(typed) if len(typed) <= lookup.MAX_TYPED else None
        if found is None:
            self.parsed.unknown_place = self.parsed.place_text
            self._refuse("lieu", typed, _("We do not find this place in France."))
        elif isinstance(found, Ambiguous):
            self.parsed.ambiguous = found
            choices = ", ".join(f"{place.label} = {place.id}" for place in found.choices[:5])
            self._refuse("lieu", typed, _("Several places have this name: %(choices)s.") % {"choices": choices})
        else:
            self._accept("lieu", "place", found, [found.id])
            self.parsed.place_text = found.label

    def _around(self) -> None:
        if self._one("autour"):
            point = _floats(self._one("autour"), 2)
            fits = point is not None and abs(point[0]) <= 90 and abs(point[1]) <= 180
            self._accept_if(
                fits, "autour", "around", point, _("Give a latitude and a longitude in degrees: 45.76,4.83.")
            )

    def _bbox(self) -> None:
        if self._one("bbox"):
            box = _floats(self._one("bbox"), 4)
            fits = box is not None and -180 <= box[0] <= box[2] <= 180 and -90 <= box[1] <= box[3] <= 90
            self._accept_if(fits, "bbox", "bbox", box, _("Give west, south, east and north in degrees."))

    def _when(self) -> None:
        typed = self._one("disponible")
        if not typed:
            return
        days: tuple[dt.date, dt.date] | None = None
        if typed == "aujourdhui":
            days = self.today, self.today
        elif typed == "semaine":
            days = self.today, self.today + dt.timedelta(days=6)
        else:
            try:
                day = dt.date.fromisoformat(typed) if len(typed) == 10 else None
            except ValueError:
                day = None
            if day and self.today <= day < self.today + dt.timedelta(days=HORIZON_DAYS):
                days = day, day
        text = _("Give “aujourdhui”, “semaine” or one of the next %(n)s days, such as %(day)s.")
        message = text % {"n": HORIZON_DAYS, "day": self.today.isoformat()}
        self._accept_if(days is not None, "disponible", "days", days, message)

    def _numbers(self) -> None:
        if self._one("rayon"):
            typed = self._one("rayon")
            fits = typed in {str(km) for km in vocabulary.RADII}
            radii = ", ".join(map(str, vocabulary.RADII))
            self._accept_if(
                fits,
                "rayon",
                "radius_km",
                int(typed) if fits else 0,
                _("Distances offered: %(radii)s km.") % {"radii": radii},
            )
        if self._one("prix_max"):
            euros = _decimal(self._one("prix_max"))
            fits = euros is not None and 0 <= euros <= 10_000
            self._accept_if(fits, "prix_max", "price_max", int((euros or 0) * 100), _("Give a price in euros."))
        if self._one("note_min"):
            score = _decimal(self._one("note_min"))
            fits = score is not None and 1 <= score <= 5
            self._accept_if(
                fits, "note_min", "score_min", math.ceil((score or 0) * 10), _("Give a score between 1 and 5.")
            )
        if self._one("page"):
            typed = self._one("page")
            fits = typed.isascii() and typed.isdigit() and len(typed) <= 18 and int(typed) >= 1
            page = min(int(typed), MAX_PAGE) if fits else 1
            self._accept_if(fits, "page", "page", page, _("Pages are numbered from 1."))

    def _sort(self) -> None:
        """After the rest: only around a point is there a distance to sort by."""
        typed = self._one("tri")
        if not typed:
            return
        query = self.parsed.query
        if typed not in vocabulary.SORTS:
            self._refuse("tri", typed, _("This value is not known."))
        elif typed == "distance" and query.center is None:
            self._refuse("tri", typed, _("Sorting by distance needs a town or a point."))
        else:
            self.parsed.raw["tri"] = [typed]
            self.parsed.query = replace(query, sort=typed)


def _known_language(code: str) -> bool:
    if len(code) != 2 or not code.isascii():
        return False
    try:
        get_language_info(code)
    except KeyError:
        return False
    return True


def _floats(text: str, count: int) -> tuple[float, ...] | None:
    parts = text.split(",")
    if len(parts) != count or len(text) > 120:
        return None
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        return None
    return numbers if all(math.isfinite(number) for number in numbers) else None


def _decimal(text: str) -> Decimal | None:
    """A number as people type it (`60`, `60,5`, `60 €`), or nothing."""
    cleaned = text.replace("\u00a0", "").replace(" ", "").removesuffix("€").replace(",", ".")
    try:
        number = Decimal(cleaned) if len(cleaned) <= 12 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
