"""Free times: local rules, clocks that change, and everything that takes times away."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from booking import slots
from booking.models import BookingSettings, Closure, Status
from booking.policies.offer import practitioners_offering
from practitioners.models import Service
from tests.factories.booking import (
    AppointmentFactory,
    HeldFactory,
    OpeningRuleFactory,
    bookable_practitioner,
    open_every_day,
)
from tests.factories.places import CommuneFactory, DepartmentFactory, RegionFactory
from tests.factories.practitioners import PractitionerFactory, ServiceFactory

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 10, 1, 6, 0, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 10, 5)
ZONES = ["Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "America/Cayenne", "Pacific/Noumea"]


def times(day: slots.DaySlots, zone: ZoneInfo = PARIS) -> list[str]:
    return [f"{slot.start.astimezone(zone):%H:%M}" for slot in day.slots]


def free(practitioner, service, first=MONDAY, last=None, now=NOW, **more):
    return slots.free_slots(
        practitioner=practitioner, service=service, first_day=first, last_day=last or first, now=now, **more
    )


@pytest.mark.django_db
def test_the_zone_is_that_of_the_place() -> None:
    region = RegionFactory(code="04", name="La Réunion", slug="la-reunion")
    department = DepartmentFactory(code="974", name="La Réunion", slug="reunion", folded="la reunion", region=region)
    practitioner = PractitionerFactory(place=CommuneFactory(insee="97411", name="Saint-Denis", department=department))
    open_every_day(practitioner, dt.time(9), dt.time(10))
    day = free(practitioner, practitioner.services.get())[MONDAY]
    assert [slot.zone for slot in day.slots] == ["Indian/Reunion"]
    assert day.slots[0].start == dt.datetime(2026, 10, 5, 5, tzinfo=dt.UTC)


@pytest.mark.django_db
class TestWhatTakesTimesAway:
    def test_an_open_day(self) -> None:
        practitioner, service = bookable_practitioner()
        assert times(free(practitioner, service)[MONDAY])[:3] == ["09:00", "09:30", "10:00"]
        assert times(free(practitioner, service)[MONDAY])[-1] == "17:00"

    def test_a_closure_says_closed(self) -> None:
        practitioner, service = bookable_practitioner()
        Closure.objects.create(practitioner=practitioner, first_day=MONDAY, last_day=MONDAY)
        day = free(practitioner, service)[MONDAY]
        assert not day.slots
        assert day.reason == "Fermé"

    def test_a_closure_of_some_hours_leaves_the_others(self) -> None:
        practitioner, service = bookable_practitioner()
        Closure.objects.create(
            practitioner=practitioner, first_day=MONDAY, last_day=MONDAY, start=dt.time(10), end=dt.time(17, 30)
        )
        assert times(free(practitioner, service)[MONDAY]) == ["09:00"]

    def test_notice_says_too_soon_and_the_horizon_says_so(self) -> None:
        practitioner, service = bookable_practitioner()
        BookingSettings.objects.create(practitioner=practitioner, minimum_notice_minutes=24 * 60, horizon_days=10)
        found = free(practitioner, service, NOW.date(), NOW.date() + dt.timedelta(days=11))
        assert "24" in str(found[NOW.date()].reason)
        assert not found[NOW.date()].slots
        assert "10" in str(found[NOW.date() + dt.timedelta(days=11)].reason)
        assert found[NOW.date() + dt.timedelta(days=10)].slots

    def test_appointments_and_buffers_take_their_time_and_a_full_day_says_so(self) -> None:
        practitioner, service = bookable_practitioner(buffer_before_minutes=15, buffer_after_minutes=30)
        nine = dt.datetime(2026, 10, 5, 7, tzinfo=dt.UTC)
        AppointmentFactory(
            practitioner=practitioner,
            starts_at=nine + dt.timedelta(hours=2),
            busy_start=nine + dt.timedelta(hours=1, minutes=45),
            busy_end=nine + dt.timedelta(hours=3, minutes=30),
        )
        assert times(free(practitioner, service)[MONDAY]) == [
            "09:00",
            "13:00",
            *times(free(practitioner, service)[MONDAY])[2:],
        ]
        AppointmentFactory(practitioner=practitioner, starts_at=nine - dt.timedelta(hours=1), minutes=145)
        AppointmentFactory(practitioner=practitioner, starts_at=nine + dt.timedelta(hours=4), minutes=600)
        day = free(practitioner, service)[MONDAY]
        assert not day.slots
        assert day.reason == "Complet"

    def test_cancelled_appointments_give_their_time_back(self) -> None:
        practitioner, service = bookable_practitioner()
        nine = dt.datetime(2026, 10, 5, 7, tzinfo=dt.UTC)
        AppointmentFactory(
            practitioner=practitioner, starts_at=nine, status=Status.CANCELLED_BY_CLIENT, cancelled_at=NOW
        )
        assert "09:00" in times(free(practitioner, service)[MONDAY])

    def test_a_hold_takes_its_time_from_the_others_and_not_from_its_visitor(self) -> None:
        practitioner, service = bookable_practitioner()
        nine = dt.datetime(2026, 10, 5, 7, tzinfo=dt.UTC)
        HeldFactory(
            practitioner=practitioner, starts_at=nine, holder_key="me", hold_expires_at=NOW + dt.timedelta(minutes=5)
        )
        assert "09:00" not in times(free(practitioner, service)[MONDAY])
        assert "09:00" in times(free(practitioner, service, holder_key="me")[MONDAY])
        assert "09:00" in times(free(practitioner, service, now=NOW + dt.timedelta(minutes=6))[MONDAY])

    def test_alternate_weeks(self) -> None:
        practitioner, service = bookable_practitioner()
        practitioner.opening_rules.all().delete()
        OpeningRuleFactory(practitioner=practitioner, weekday=0, parity="odd")
        week = MONDAY.isocalendar().week
        assert bool(free(practitioner, service)[MONDAY].slots) == (week % 2 == 1)
        after = MONDAY + dt.timedelta(days=7)
        assert bool(free(practitioner, service, after)[after].slots) == (week % 2 == 0)

    def test_a_day_opened_once(self) -> None:
        practitioner, service = bookable_practitioner()
        practitioner.opening_rules.all().delete()
        OpeningRuleFactory(practitioner=practitioner, weekday=0, valid_from=MONDAY, valid_until=MONDAY)
        after = MONDAY + dt.timedelta(days=7)
        assert free(practitioner, service)[MONDAY].slots
        assert not free(practitioner, service, after)[after].slots

    def test_a_daily_maximum(self) -> None:
        practitioner, service = bookable_practitioner()
        BookingSettings.objects.create(practitioner=practitioner, daily_maximum=1)
        AppointmentFactory(practitioner=practitioner, starts_at=dt.datetime(2026, 10, 5, 7, tzinfo=dt.UTC))
        assert free(practitioner, service)[MONDAY].reason == "Complet"


@pytest.mark.django_db
class TestManyPractitioners:
    def test_next_slots_is_a_bounded_number_of_queries(self, django_assert_num_queries) -> None:
        with time_machine.travel(NOW, tick=False):
            ids = [bookable_practitioner()[0].pk for _ in range(6)]
            silent = PractitionerFactory()
        with django_assert_num_queries(7):
            found = slots.next_slots([*ids, silent.pk], now=NOW, days=3, per_day=4)
        assert set(found) == set(ids)
        assert all(len(days) == 3 and all(len(day.slots) == 4 for day in days) for days in found.values())

    def test_a_wanted_way_to_meet_shows_the_times_of_that_service(self, django_assert_num_queries) -> None:
        """The first service is at the practice; by video it is another one, on Wednesdays only."""
        practitioner, _first = bookable_practitioner()
        video = ServiceFactory(practitioner=practitioner, mode="visio", position=5)
        OpeningRuleFactory(practitioner=practitioner, weekday=2, modes=["visio"], start=dt.time(18), end=dt.time(20))
        with django_assert_num_queries(8):
            found = slots.next_slots([practitioner.pk], now=NOW, modes=["visio"])[practitioner.pk]
        assert {slot.service_id for day in found for slot in day.slots} == {video.pk}
        assert [day.date.weekday() for day in found] == [2, 2, 2]
        assert not slots.next_slots([practitioner.pk], now=NOW, modes=["domicile"])

    def test_among_services_that_have_a_fitting_time_the_earliest_is_shown(self) -> None:
        practitioner, _first = bookable_practitioner()
        evening = ServiceFactory(practitioner=practitioner, mode="visio", position=5)
        OpeningRuleFactory(practitioner=practitioner, weekday=2, modes=["visio"], start=dt.time(18), end=dt.time(20))

        def late(slot: slots.Slot) -> bool:
            return slot.start.astimezone(PARIS).hour >= 18

        (first, *_rest) = slots.next_slots([practitioner.pk], now=NOW, fits=late)[practitioner.pk]
        assert (first.date.weekday(), first.slots[0].service_id) == (2, evening.pk)
        assert all(late(slot) for slot in first.slots)

    def test_days_outside_those_wanted_are_not_shown(self) -> None:
        practitioner, _service = bookable_practitioner()
        found = slots.next_slots([practitioner.pk], now=NOW, within=(MONDAY, MONDAY))[practitioner.pk]
        assert [day.date for day in found] == [MONDAY]

    def test_who_offers_online_booking(self, django_assert_num_queries) -> None:
        offering, _service = bookable_practitioner()
        closed = PractitionerFactory()
        paid, _paid_service = bookable_practitioner(payment=Service.Payment.FULL)
        with django_assert_num_queries(1):
            assert practitioners_offering([offering.pk, closed.pk, paid.pk]) == {offering.pk}
        offering.practice_links.update(certificate_checked_at=None)
        assert practitioners_offering([offering.pk]) == set()
