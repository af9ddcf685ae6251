"""The platform's service fee (M3): a share of the price plus a fixed part, in whole cents, VAT included.

Once an appointment, on its first online payment, or on each payment: the rate says which.
"""

import datetime as dt
from dataclasses import dataclass

from booking.models import Appointment, FeeRate, Payment
from common.compiled import Compiled, Given
from common.money import percent_of

DEFAULT_BASIS_POINTS = 300
DEFAULT_FIXED_CENTS = 65
_AT = Compiled(lambda: FeeRate.objects.filter(valid_from__lte=Given("now")).order_by("-valid_from")[:1])


@dataclass(frozen=True)
class Rate:
    basis_points: int = DEFAULT_BASIS_POINTS
    fixed_cents: int = DEFAULT_FIXED_CENTS
    each_payment: bool = False


def service_fee(price_cents: int, rate: Rate | None = None) -> int:
    """Cents: the share is rounded half up to the cent, then the fixed part is added. 60,00 € → 2,45 €; 47,50 € → 2,08 €."""
    rate = rate or Rate()
    return percent_of(price_cents, rate.basis_points) + rate.fixed_cents


def first_payment_fee(*, price_cents: int, advance_cents: int, rate: Rate | None = None) -> int:
    """What is taken on the payment that books: nothing without one, of the whole price however small the deposit is."""
    if not advance_cents:
        return 0
    rate = rate or Rate()
    return service_fee(advance_cents if rate.each_payment else price_cents, rate)


def rate_of(appointment: Appointment) -> Rate:
    """The rate that an appointment was booked under; it never changes."""
    return Rate(appointment.fee_basis_points, appointment.fee_fixed_cents, appointment.fee_each_payment)


def later_payment_fee(*, appointment: Appointment, amount_cents: int) -> int:
    """What is taken on a payment after the booking: nothing where the fee was taken already, unless it is on each payment."""
    rate = rate_of(appointment)
    if rate.each_payment:
        return service_fee(amount_cents, rate)
    taken = appointment.payments.filter(status__in=Payment.LIVE, fee_cents__gt=0)
    # A fee that was given back, for a payment that came too late, was never taken.
    if taken.exclude(refunds__returns_fee=True).exists():
        return 0
    return service_fee(appointment.price_cents, rate)


def rate_at(now: dt.datetime) -> Rate:
    """The operator's rate in force at `now`; the default where none was ever set."""
    found = _AT.first(now=now)
    return Rate(found.basis_points, found.fixed_cents, found.each_payment) if found else Rate()
