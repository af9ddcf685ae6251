"""The platform's service fee (M3): a share of the price plus a fixed part, once per appointment, in whole cents, VAT included."""

import datetime as dt
from dataclasses import dataclass

from booking.models import FeeRate
from common.money import percent_of

DEFAULT_BASIS_POINTS = 300
DEFAULT_FIXED_CENTS = 65


@dataclass(frozen=True)
class Rate:
    basis_points: int = DEFAULT_BASIS_POINTS
    fixed_cents: int = DEFAULT_FIXED_CENTS


def service_fee(price_cents: int, rate: Rate | None = None) -> int:
    """Cents: the share is rounded half up to the cent, then the fixed part is added. 60,00 € → 2,45 €; 47,50 € → 2,08 €."""
    rate = rate or Rate()
    return percent_of(price_cents, rate.basis_points) + rate.fixed_cents


def rate_at(now: dt.datetime) -> Rate:
    """The operator's rate in force at `now`; the default where none was ever set."""
    found = FeeRate.objects.filter(valid_from__lte=now).order_by("-valid_from").first()
    return Rate(found.basis_points, found.fixed_cents) if found else Rate()
