"""What the law lets ask for an invoice that is paid late between professionals (commercial code, L441-10 and D441-5).

The rate of a half-year is the central bank's on its first day, plus 10 points; days are counted from the day after the due
date to the day of payment, on a year of 365. Consumers owe neither these interests nor the 40 €.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format

from booking.models import Invoice, LateRate
from common.money import NBSP

POINTS_ADDED = 1000
INDEMNITY_CENTS = 40_00


@dataclass(frozen=True)
class Rate:
    from_day: dt.date
    basis_points: int
    source: str = ""

    @property
    def percent(self) -> str:
        return f"{number_format(self.basis_points / 100, 2, use_l10n=True)}{NBSP}%"


@dataclass(frozen=True)
class Stretch:
    """Days of one half-year at its rate."""

    first: dt.date
    last: dt.date
    rate: Rate

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Claim:
    interest_cents: int
    indemnity_cents: int
    stretches: Sequence[Stretch] = ()

    @property
    def total_cents(self) -> int:
        return self.interest_cents + self.indemnity_cents


NOTHING = Claim(0, 0)


def rates() -> list[Rate]:
    """With the ten points, the earliest first."""
    rows = LateRate.objects.order_by("from_day")
    return [Rate(row.from_day, row.ecb_basis_points + POINTS_ADDED, row.source) for row in rows]


def half_year(day: dt.date) -> dt.date:
    return dt.date(day.year, 1 if day.month <= 6 else 7, 1)


def is_missing(known: Sequence[Rate], day: dt.date) -> bool:
    """Whether nobody wrote the rate of this half-year yet: the last known one is used meanwhile."""
    return not any(rate.from_day == half_year(day) for rate in known)


def stretches(due_on: dt.date, until: dt.date, known: Sequence[Rate]) -> list[Stretch]:
    """From the day after the due date to `until`, cut where a rate begins. Days before the first known rate bear none."""
    first = due_on + dt.timedelta(days=1)
    found = []
    for number, rate in enumerate(known):
        last = known[number + 1].from_day - dt.timedelta(days=1) if number + 1 < len(known) else until
        begins, ends = max(first, rate.from_day), min(until, last)
        if begins <= ends:
            found.append(Stretch(begins, ends, rate))
    return found


def interest(principal_cents: int, parts: Sequence[Stretch]) -> int:
    """Half up, once, at the end: no day is rounded by itself."""
    owed = sum(principal_cents * part.rate.basis_points * part.days for part in parts)
    year = 10_000 * 365
    return (2 * owed + year) // (2 * year)


def between_professionals(invoice: Invoice) -> bool:
    """The platform bills professionals; a practitioner's client is one when the invoice shows a SIREN."""
    return invoice.issuer_id is None or bool(invoice.buyer.get("siren"))


def claim(invoice: Invoice, outstanding_cents: int, *, on: dt.date, known: Sequence[Rate]) -> Claim:
    if outstanding_cents <= 0 or on <= invoice.due_on or not between_professionals(invoice):
        return NOTHING
    parts = stretches(invoice.due_on, on, known)
    return Claim(interest(outstanding_cents, parts), INDEMNITY_CENTS, parts)
