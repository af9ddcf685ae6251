"""A time is taken by what the agenda is once one's turn has come: not by what it was when one began to wait."""

import datetime as dt
from typing import Any

import pytest

from booking.actions import holds
from booking.errors import HoldLost, SlotTaken
from booking.models import Appointment, BookingSettings, Closure, Status
from common.clock import now
from tests.booking.conftest import free_start
from tests.factories.booking import bookable_practitioner


def block(practitioner: Any, start: Any) -> None:
    day = start.astimezone(now().tzinfo).date()
    Closure.objects.create(practitioner=practitioner, kind=Closure.Kind.BLOCK, first_day=day, last_day=day)


@pytest.mark.django_db(transaction=True)
def test_a_block_made_while_a_booker_waits_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    practitioner, service = bookable_practitioner()
    start = free_start(practitioner, service, 0)
    queue = holds.one_at_a_time

    def blocked_first(practitioner_id: int) -> None:
        from threading import Thread

        from django.db import connection

        def work() -> None:
            block(practitioner, start)
            connection.close()

        thread = Thread(target=work)
        thread.start()
        thread.join()
        queue(practitioner_id)

    monkeypatch.setattr(holds, "one_at_a_time", blocked_first)
    with pytest.raises(SlotTaken):
        holds.hold(practitioner=practitioner, service=service, start=start, holder_key="k" * 43, now=now())
    assert not Appointment.objects.filter(status=Status.HELD).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["block", "fewer a day"])
def test_a_hold_that_lapsed_is_not_taken_back_where_nothing_is_offered_any_more(change: str) -> None:
    practitioner, service = bookable_practitioner()
    # Not today, where little may be left.
    starts = (free_start(practitioner, service, number) for number in range(40))
    start = next(moment for moment in starts if moment.date() > now().date())
    held = holds.hold(practitioner=practitioner, service=service, start=start, holder_key="k" * 43, now=now())
    later = now() + holds.HOLD * 2
    assert holds.expire(appointment_id=held.pk, now=later)
    if change == "block":
        block(practitioner, start)
    else:
        BookingSettings.objects.update_or_create(practitioner=practitioner, defaults={"daily_maximum": 1})
        other = start + dt.timedelta(hours=3)
        holds.hold(practitioner=practitioner, service=service, start=other, holder_key="o" * 43, now=later)
    with pytest.raises(HoldLost):
        holds.renew(appointment_id=held.pk, now=later)
    held.refresh_from_db()
    assert held.status == Status.EXPIRED


@pytest.mark.django_db
def test_the_notice_that_was_kept_when_the_time_was_chosen_is_not_asked_for_again() -> None:
    practitioner, service = bookable_practitioner()
    start = free_start(practitioner, service, 0)
    held = holds.hold(practitioner=practitioner, service=service, start=start, holder_key="k" * 43, now=now())
    later = now() + holds.HOLD * 2
    assert holds.expire(appointment_id=held.pk, now=later)
    minutes = int((start - now()).total_seconds() // 60)
    BookingSettings.objects.update_or_create(
        practitioner=practitioner, defaults={"minimum_notice_minutes": min(minutes, 10_000)}
    )
    assert holds.renew(appointment_id=held.pk, now=later).status == Status.HELD
