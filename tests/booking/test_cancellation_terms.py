"""What cancelling gives back (B5)."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from booking.cancellation_terms import dated_lines, refundable

START = dt.datetime(2026, 10, 13, 12, 30, tzinfo=dt.UTC)
FREE_24 = [{"hours_before": 24, "percent": 100}]
HALF = [{"hours_before": 48, "percent": 100}, {"hours_before": 24, "percent": 50}]

tiers = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 100)),
    max_size=5,
    unique_by=(lambda pair: pair[0], lambda pair: pair[1]),
).map(
    lambda pairs: [
        {"hours_before": hours, "percent": percent}
        for hours, percent in zip(
            sorted((hours for hours, _ in pairs), reverse=True),
            sorted((p for _, p in pairs), reverse=True),
            strict=True,
        )
    ]
)
hours = st.floats(-100, 600)


def at(hours_before: float) -> dt.datetime:
    return START - dt.timedelta(hours=hours_before)


def test_the_limit_itself_is_still_free() -> None:
    assert refundable(FREE_24, paid=2000, starts_at=START, now=at(24)) == 2000
    assert refundable(FREE_24, paid=2000, starts_at=START, now=at(24) + dt.timedelta(seconds=1)) == 0


def test_in_between_gives_its_share() -> None:
    assert refundable(HALF, paid=4750, starts_at=START, now=at(30)) == 2375


@given(tiers, st.integers(0, 1_000_000), hours)
def test_never_more_than_what_was_paid(scale: list, paid: int, before: float) -> None:
    assert 0 <= refundable(scale, paid=paid, starts_at=START, now=at(before)) <= paid


@given(tiers, st.integers(0, 1_000_000), hours, hours)
def test_waiting_never_gives_back_more(scale: list, paid: int, one: float, other: float) -> None:
    late, early = sorted((one, other))
    assert refundable(scale, paid=paid, starts_at=START, now=at(late)) <= refundable(
        scale, paid=paid, starts_at=START, now=at(early)
    )


@given(tiers, st.integers(1, 1_000_000), hours)
def test_the_lines_say_what_cancelling_does(scale: list, paid: int, before: float) -> None:
    lines = dated_lines(scale, paid=paid, starts_at=START, now=at(before))
    current = [line for line in lines if line.current]
    if at(before) >= START:
        assert current == []
    else:
        assert [line.refund for line in current] == [refundable(scale, paid=paid, starts_at=START, now=at(before))]
    assert [line.refund for line in lines] == sorted({line.refund for line in lines}, reverse=True)
    assert lines[-1].until is None or lines[-1].refund == 0


def test_once_started_nothing_is_given_back() -> None:
    assert refundable([{"hours_before": 0, "percent": 100}], paid=100, starts_at=START, now=START) == 0
