"""School and public holidays of a département: pure, from the data of two libraries, each with a key that never changes.

School holidays are known for the three zones of the mainland as far as the ministry has published them (`school_data_until`).
Corsica and the overseas territories have calendars of their own, which no data here covers.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import holidays
from vacances_scolaires_france import SchoolHolidayDates

ZONES = ("A", "B", "C")
# The académies of each zone, as départements.
_DEPARTMENTS = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68 72 76 80 83 "
    "84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
_ZONE_OF = {code: zone for zone, codes in _DEPARTMENTS.items() for code in codes.split()}
# Where more days are public holidays than on the rest of the mainland, by the library's names.
_SUBDIVISIONS = {
    "57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974", "975": "PM", "976": "976",
    "977": "BL", "978": "MF", "984": "TF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Holiday:
    """`key` is the `source` of the closure made from it, so that it closes once whatever is pressed."""

    key: str
    name: str
    first_day: dt.date
    last_day: dt.date

    @property
    def is_one_day(self) -> bool:
        return self.first_day == self.last_day


def zone_of_department(code: str) -> str:
    """A, B or C; empty for Corsica and overseas, whose rectorates decide."""
    return _ZONE_OF.get(code, "")


@lru_cache(maxsize=1)
def _school_data() -> SchoolHolidayDates:
    return SchoolHolidayDates()


@lru_cache(maxsize=1)
def school_data_until() -> dt.date:
    """The last day of holidays that is known: nothing is said of what comes later."""
    return max(_school_data().data)


@lru_cache(maxsize=4)
def _school_periods(zone: str) -> tuple[Holiday, ...]:
    """Runs of days that bear the same name; a run may cross a new year."""
    column = f"vacances_zone_{zone.lower()}"
    days = sorted((day, row["nom_vacances"]) for day, row in _school_data().data.items() if row[column])
    found: list[Holiday] = []
    first = 0
    for place, (before, after) in enumerate(pairwise([*days, (dt.date.max, "")]), start=1):
        if after[0] - before[0] == DAY and after[1] == before[1]:
            continue
        start = days[first][0]
        found.append(Holiday(f"school:{zone}:{start}", _typographic(before[1]), start, before[0]))
        first = place
    return tuple(found)


def school_holidays(zone: str, first: dt.date, last: dt.date) -> list[Holiday]:
    """The holidays of `zone` of which some day falls between the two, whole."""
    if zone not in ZONES:
        return []
    return [period for period in _school_periods(zone) if period.last_day >= first and period.first_day <= last]


def public_holidays(department: str, first: dt.date, last: dt.date) -> list[Holiday]:
    """Public holidays of the département between the two days, with those that only it has."""
    if first > last:
        return []
    years = range(first.year, last.year + 1)
    known = holidays.country_holidays("FR", subdiv=_SUBDIVISIONS.get(department), years=years, language="fr")
    return [
        Holiday(f"public:{day}", _typographic(name), day, day)
        for day, name in sorted(known.items())
        if first <= day <= last
    ]


def _typographic(name: str) -> str:
    return name.replace("'", "\u2019")
