"""The service fee (M3)."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.fees import Rate, rate_at, service_fee
from booking.models import FeeRate
from common.clock import now
from tests.factories.booking import rate_since


@pytest.mark.parametrize(
    ("price", "fee"), [(6000, 245), (4750, 208), (0, 65), (1, 65), (17, 66), (16, 65), (100_000, 3065)]
)
def test_the_fee_is_3_percent_rounded_half_up_plus_65_cents(price: int, fee: int) -> None:
    assert service_fee(price) == fee


@given(st.integers(0, 10_000_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_fee_is_the_exact_share_rounded_half_up(price: int, points: int, fixed: int) -> None:
    exact = Decimal(price) * points / 10_000
    rounded = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert service_fee(price, Rate(points, fixed)) == rounded + fixed


@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_a_higher_price_never_has_a_lower_fee(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert service_fee(low) <= service_fee(high)


@pytest.mark.django_db
def test_the_rate_in_force_is_the_latest_that_has_begun() -> None:
    moment = now()
    assert rate_at(moment) == Rate(300, 65)
    rate_since(moment - dt.timedelta(days=2), basis_points=250, fixed_cents=50)
    FeeRate.objects.create(valid_from=moment + dt.timedelta(days=2), basis_points=900, fixed_cents=90)
    assert rate_at(moment) == Rate(250, 50)
