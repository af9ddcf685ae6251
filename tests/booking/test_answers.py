"""An answer is kept until something changes, and then no longer: whatever is written, in whatever order."""

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import agenda, answers, lifecycle, slots
from booking.explanation import explain
from booking.lifecycle import Step
from booking.models import (
    Appointment,
    AppointmentEvent,
    BookingSettings,
    CalendarConnection,
    Closure,
    ExternalBusy,
    ExternalCalendar,
    GroupSession,
    Occupation,
    OpeningRule,
    Status,
    TravelTime,
)
from practitioners.models import PracticePlace, Service
from tests.factories.booking import AppointmentFactory, HeldFactory, bookable_practitioner
from tests.factories.practitioners import ServiceFactory

NOW = dt.datetime(2026, 10, 1, 6, 0, 7, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 10, 5)
NINE = dt.datetime(2026, 10, 5, 7, tzinfo=dt.UTC)


def month(practitioner, service, now=NOW):
    return slots.free_slots(
        practitioner=practitioner, service=service, first_day=MONDAY, last_day=MONDAY + dt.timedelta(days=13), now=now
    )


def forgotten() -> None:
    """As in a process that has just started."""
    agenda.forget()
    answers.forget()


def agree(practitioner, service, now=NOW) -> None:
    """What is given from memory is what is computed anew."""
    remembered = month(practitioner, service, now)
    forgotten()
    assert month(practitioner, service, now) == remembered


WRITES = [
    "book", "cancel", "hold", "close", "reopen", "open", "notice", "buffer", "archive", "external", "elsewhere", "group",
    "seat", "travel", "later",
]  # fmt: skip


def write(kind: str, number: int, practitioner, service) -> None:
    """One of the writes that move free times, by the row itself: triggers see to the rest."""
    start = NINE + dt.timedelta(days=number % 12, hours=number % 7)
    if kind in {"book", "hold"}:
        if is_free(practitioner, start, 60) and kind == "book":
            AppointmentFactory(practitioner=practitioner, service=service, starts_at=start)
        elif kind == "hold" and is_free(practitioner, start, 60):
            HeldFactory(
                practitioner=practitioner, service=service, starts_at=start, holder_key=f"key{number}",
                hold_expires_at=NOW + dt.timedelta(minutes=number % 20),
            )  # fmt: skip
    elif kind == "cancel":
        last = Appointment.objects.filter(practitioner=practitioner, status=Status.CONFIRMED).last()
        if last:
            last.cancelled_at = NOW
            with transaction.atomic():
                lifecycle.move(last, Step.CANCEL_BY_CLIENT, by=AppointmentEvent.By.CLIENT, now=NOW)
    elif kind == "close":
        Closure.objects.create(practitioner=practitioner, first_day=start.date(), last_day=start.date())
    elif kind == "reopen":
        Closure.objects.filter(practitioner=practitioner).delete()
    elif kind == "open":
        OpeningRule.objects.create(
            practitioner=practitioner, weekday=number % 7, start=dt.time(19), end=dt.time(21), modes=[service.mode],
            place=practitioner.places.first(),
        )  # fmt: skip
    elif kind == "notice":
        BookingSettings.objects.update_or_create(
            practitioner=practitioner, defaults={"minimum_notice_minutes": number * 30}
        )
    elif kind == "buffer":
        Service.objects.filter(pk=service.pk).update(buffer_before_minutes=number % 30)
        service.refresh_from_db()
    elif kind == "archive":
        Service.objects.filter(pk=service.pk).update(bookable=bool(number % 2))
    elif kind in {"external", "elsewhere"}:
        link, _made = CalendarConnection.objects.get_or_create(
            practitioner=practitioner, kind="ics", defaults={"label": "Perso", "host": "x.fr", "secret": "", "created_at": NOW}
        )  # fmt: skip
        calendar, _made = ExternalCalendar.objects.get_or_create(connection=link)
        ExternalBusy.objects.filter(calendar=calendar, uid=str(number)).delete()
        if kind == "external":
            ExternalBusy.objects.create(
                practitioner=practitioner, connection=link, calendar=calendar, uid=str(number), starts_at=start,
                ends_at=start + dt.timedelta(minutes=95, seconds=30),
            )  # fmt: skip
    elif kind == "travel":
        place = practitioner.places.first()
        other = PracticePlace.objects.filter(practitioner=practitioner).exclude(pk=place.pk).first()
        if other is None:
            other = PracticePlace.objects.get(pk=place.pk)
            other.pk, other.position = None, 1
            other.save()
        first, second = sorted((place, other), key=lambda one: one.pk)
        TravelTime.objects.update_or_create(
            practitioner=practitioner, first_place=first, second_place=second, defaults={"minutes": number}
        )
    elif kind == "group":
        group_of(practitioner, start)
    elif kind == "seat":
        group = GroupSession.objects.filter(practitioner=practitioner).last()
        if group:
            for seat in Appointment.objects.filter(group=group, status=Status.HELD):
                with transaction.atomic():
                    lifecycle.move(seat, Step.EXPIRE, by=AppointmentEvent.By.SYSTEM, now=NOW)
            HeldFactory(practitioner=practitioner, service=group.service, starts_at=group.starts_at, group=group,
                        holder_key="seat", hold_expires_at=NOW + dt.timedelta(minutes=10))  # fmt: skip


def is_free(practitioner, start: dt.datetime, minutes: int) -> bool:
    end = start + dt.timedelta(minutes=minutes)
    return not Occupation.objects.filter(practitioner=practitioner, busy_start__lt=end, busy_end__gt=start).exists()


def group_of(practitioner, start):
    if not is_free(practitioner, start, 120):
        return
    yoga = practitioner.services.filter(seats__gt=1).first() or ServiceFactory(practitioner=practitioner, seats=4)
    end = start + dt.timedelta(hours=2)
    GroupSession.objects.create(
        practitioner=practitioner, service=yoga, place=practitioner.places.first(), mode="cabinet", starts_at=start,
        ends_at=end, busy_start=start, busy_end=end, timezone="Europe/Paris", seats=4,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
class TestKeptAnswers:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(history=st.lists(st.tuples(st.sampled_from(WRITES), st.integers(0, 40)), min_size=3, max_size=12))
    def test_they_are_what_would_be_computed_after_any_history(self, history: list[tuple[str, int]]) -> None:
        practitioner, service = bookable_practitioner()
        now = NOW
        for kind, number in history:
            if kind == "later":
                now += dt.timedelta(minutes=number)
            else:
                write(kind, number, practitioner, service)
            agree(practitioner, service, now)
            group = practitioner.services.filter(seats__gt=1).first()
            if group:
                agree(practitioner, group, now)

    def test_an_agenda_that_did_not_change_is_read_once(self, django_assert_num_queries) -> None:
        practitioner, service = bookable_practitioner()
        AppointmentFactory(practitioner=practitioner, starts_at=NINE)
        first = month(practitioner, service)
        with django_assert_num_queries(1):
            assert month(practitioner, service) == first
        AppointmentFactory(practitioner=practitioner, starts_at=NINE + dt.timedelta(hours=3))
        # The frame is still known: only what is taken is read again.
        with django_assert_num_queries(2):
            assert month(practitioner, service) != first

    def test_a_first_time_for_many_practitioners_is_one_query_when_nothing_changed(
        self, django_assert_num_queries
    ) -> None:
        ids = [bookable_practitioner()[0].pk for _ in range(5)]
        first = slots.next_slots(ids, now=NOW, days=1, per_day=1)
        with django_assert_num_queries(1):
            assert slots.next_slots(ids, now=NOW, days=1, per_day=1) == first

    def test_what_a_transaction_writes_is_seen_within_it_and_not_kept_when_it_fails(self) -> None:
        practitioner, service = bookable_practitioner()
        before = month(practitioner, service)
        with transaction.atomic():
            Closure.objects.create(practitioner=practitioner, first_day=MONDAY, last_day=MONDAY)
            assert not month(practitioner, service)[MONDAY].slots
            transaction.set_rollback(True)
        assert month(practitioner, service) == before

    def test_nobody_is_told_something_older_than_what_is_committed(self) -> None:
        """A reader among writers: each answer is at least as new as the last write that ended before it was asked."""
        practitioner, service = bookable_practitioner()
        done: list[int] = []
        wrong: list[str] = []

        def writes() -> None:
            try:
                for number in range(25):
                    AppointmentFactory(
                        practitioner=practitioner, service=service, starts_at=NINE + dt.timedelta(days=number % 12, hours=number // 12 * 2)
                    )  # fmt: skip
                    done.append(number)
            finally:
                connection.close()

        def reads() -> None:
            try:
                while len(done) < 25:
                    known = list(done)
                    found = month(practitioner, service)
                    for number in known:
                        start = NINE + dt.timedelta(days=number % 12, hours=number // 12 * 2)
                        day = found.get(start.astimezone(ZoneInfo("Europe/Paris")).date())
                        if day and any(slot.start == start for slot in day.slots):
                            wrong.append(f"{number} is taken and was offered")
            finally:
                connection.close()

        threads = [threading.Thread(target=writes), *(threading.Thread(target=reads) for _ in range(3))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert len(done) == 25


@pytest.mark.django_db
class TestWhyNot:
    @pytest.fixture
    def asked(self):
        practitioner, service = bookable_practitioner()  # every day from 9:00 to 18:00, every half hour

        def ask(time: str, day: dt.date = MONDAY, now: dt.datetime = NOW):
            moment = dt.datetime.combine(day, dt.time.fromisoformat(time), ZoneInfo("Europe/Paris"))
            found = explain(practitioner=practitioner, service=service, start=moment.astimezone(dt.UTC), now=now)
            return found.offered, " ".join(found.sentences)

        ask.practitioner, ask.service = practitioner, service
        return ask

    def test_the_explanation_and_the_times_agree(self, asked) -> None:
        AppointmentFactory(practitioner=asked.practitioner, starts_at=NINE + dt.timedelta(hours=2))
        Closure.objects.create(
            practitioner=asked.practitioner, first_day=MONDAY, last_day=MONDAY, start=dt.time(15), end=dt.time(16)
        )
        offered = {slot.start for slot in month(asked.practitioner, asked.service)[MONDAY].slots}
        for minutes in range(8 * 60, 20 * 60, 15):
            time = f"{minutes // 60:02d}:{minutes % 60:02d}"
            start = dt.datetime.combine(MONDAY, dt.time.fromisoformat(time), ZoneInfo("Europe/Paris"))
            says, sentences = asked(time)
            assert says == (start.astimezone(dt.UTC) in offered), (time, sentences)
            assert sentences

    @pytest.mark.parametrize(
        ("time", "words"),
        [
            ("20:00", "hors de ces heures"),
            ("17:30", "se terminerait à 18:30"),
            ("09:10", "09:00 et 09:30"),
        ],
    )
    def test_of_a_time_that_the_rules_do_not_know(self, asked, time: str, words: str) -> None:
        assert words in asked(time)[1]

    def test_of_a_taken_time_and_of_the_pauses_around_it(self, asked) -> None:
        AppointmentFactory(
            practitioner=asked.practitioner, starts_at=NINE + dt.timedelta(hours=2), busy_end=NINE + dt.timedelta(hours=3, minutes=20),
            busy_start=NINE + dt.timedelta(hours=2),
        )  # fmt: skip
        assert "rendez-vous de 11:00 à 12:00" in asked("11:30")[1]
        assert "de 11:00 à 12:20" in asked("12:00")[1]

    def test_of_notice_horizon_limit_closure_and_past(self, asked) -> None:
        practitioner = asked.practitioner
        BookingSettings.objects.update_or_create(
            practitioner=practitioner, defaults={"minimum_notice_minutes": 240, "horizon_days": 20, "daily_maximum": 1}
        )
        assert "4 heures" in asked("09:00", now=NINE - dt.timedelta(hours=2))[1]
        assert "20 jours" in asked("09:00", day=NOW.date() + dt.timedelta(days=25))[1]
        assert "passé" in asked("09:00", day=NOW.date() - dt.timedelta(days=2))[1]
        AppointmentFactory(practitioner=practitioner, starts_at=NINE)
        assert "limite" in asked("14:00")[1]
        Closure.objects.create(practitioner=practitioner, first_day=MONDAY, last_day=MONDAY, note="Stage à Lyon")
        assert "Stage à Lyon" in asked("14:00")[1]
