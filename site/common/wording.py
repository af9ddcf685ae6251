"""Dates and times in words, as pages, mails and calendars show them.

French forces « 1er » for the first of a month (neither ICU nor Django does) and uses U+00A0 where a line must not break.
A moment is shown on the clock of its own place: pass the zone, never rely on the server's.
"""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import get_language

from common.text import fold

NBSP = "\u00a0"
# “de”, “que” and those made with it, before a name; a name has a capital, and a single letter is not a name (« de A à Z »).
_ELIDED = re.compile(
    r"\b(d|qu|lorsqu|puisqu|jusqu)e[ \u00a0](?=([AÀÂÄÆEÉÈÊËIÎÏOÔÖŒUÙÛÜHY][^\W\d_]+))", re.IGNORECASE | re.UNICODE
)
# An h is silent or not by the word, no rule tells: the first names that French people bear.
_SILENT_H = re.compile(
    "h(adrien|armonie|armony|ector|elena|elene|eliane|elie|eloise|enri|enriette|erbert|ermance|ermeline|ermine|erve|ilaire|ilda"
    "|ippolyte|omere|onore|onorine|orace|ortense|ubert|uberte|ugo|ugues|uguette|umbert|yacinthe)"
)
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAYS_SHORT = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_MONTHS_SHORT = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]

Zone = ZoneInfo | str | None


def spaced(text: str) -> str:
    """A French sentence typed with plain spaces, with those that a line must not break at (U+00A0)."""
    return re.sub(r" (?=»|[:;!?](?:\s|$))|(?<=«) ", NBSP, text)


def elided(text: str) -> str:
    """A French sentence that a name was put into: « la séance de Edwige » becomes « la séance d’Edwige »."""
    return _ELIDED.sub(_elision, text) if _is_french() else text


def _elision(found: re.Match[str]) -> str:
    name = found[2]
    if not name[0].isupper():
        return found[0]
    # Yves and Yvonne, but Yann and Yohan.
    silent = bool(_SILENT_H.fullmatch(fold(name))) if name[0] == "H" else name[0] != "Y" or fold(name[1]) not in "aeiou"
    return f"{found[1]}’" if silent else found[0]


def _is_french() -> bool:
    return (get_language() or "fr").startswith("fr")


def local(moment: dt.datetime, zone: Zone = None) -> dt.datetime:
    """`moment` on the clock of `zone` (a name or a ZoneInfo), or of the current zone."""
    if timezone.is_naive(moment):
        return moment
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone or timezone.get_current_timezone())


def _day(value: dt.date | dt.datetime, zone: Zone) -> dt.date:
    return local(value, zone).date() if isinstance(value, dt.datetime) else value


def long_date(value: dt.date | dt.datetime, zone: Zone = None, *, weekday: bool = True, year: bool = True) -> str:
    """`mardi 1er décembre 2026`, each part optional but day and month."""
    day = _day(value, zone)
    if not _is_french():
        return formats.date_format(day, f"{'l ' if weekday else ''}j F{' Y' if year else ''}")
    number = "1er" if day.day == 1 else str(day.day)
    words = f"{number}{NBSP}{_MONTHS[day.month - 1]}"
    words = f"{_DAYS[day.weekday()]} {words}" if weekday else words
    return f"{words} {day.year}" if year else words


def short_date(value: dt.date | dt.datetime, zone: Zone = None, *, weekday: bool = True, year: bool = False) -> str:
    """`mar. 1er déc.`"""
    day = _day(value, zone)
    if not _is_french():
        return formats.date_format(day, f"{'D ' if weekday else ''}j M{' Y' if year else ''}")
    number = "1er" if day.day == 1 else str(day.day)
    words = f"{number}{NBSP}{_MONTHS_SHORT[day.month - 1]}"
    words = f"{_DAYS_SHORT[day.weekday()]}{NBSP}{words}" if weekday else words
    return f"{words} {day.year}" if year else words


def clock_time(value: dt.time | dt.datetime, zone: Zone = None) -> str:
    """`14:30`, always on 24 hours."""
    moment = local(value, zone) if isinstance(value, dt.datetime) else value
    return f"{moment:%H:%M}"


def long_datetime(value: dt.datetime, zone: Zone = None, *, year: bool = True) -> str:
    """`mardi 1er décembre 2026 à 14:30`."""
    at = "à" if _is_french() else "at"
    return f"{long_date(value, zone, year=year)} {at}{NBSP}{clock_time(value, zone)}"


def short_datetime(value: dt.datetime, zone: Zone = None) -> str:
    """`mar. 1er déc. à 14:30`."""
    at = "à" if _is_french() else "at"
    return f"{short_date(value, zone)} {at}{NBSP}{clock_time(value, zone)}"


def initials(name: str) -> str:
    """The letters shown where there is no portrait: `Claire Morel` gives `CM`."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
