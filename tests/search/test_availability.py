"""The summary of an agenda in the index: whatever happened and however time passed, it says what the agenda says."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.actions import appointments, holds, opening
from booking.errors import SlotTaken
from booking.models import Appointment, BookingSettings, Closure, Status
from booking.tasks import expire_holds
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner, Service
from search import agenda, digest, ranking
from search.actions import entries
from search.models import PendingChange, SearchEntry
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, bookable_practitioner, open_every_day
from tests.factories.practitioners import ServiceFactory

pytestmark = pytest.mark.django_db
START = "2026-03-23 07:10:00+00:00"
HOURS = st.integers(8, 20)


def said(pk: int) -> tuple[object, ...]:
    """What the row says of the agenda."""
    entry = SearchEntry.objects.get(pk=pk)
    row = digest.decode(bytes(entry.digest))[0]
    free = {tuple(map(str, cell)) for cell in digest.cells(row, clock.today())}
    return entry.online, entry.rank, free, tuple(row["next"].tolist()), entry.card["next_free"], entry.stale_at


def anew(pk: int) -> tuple[object, ...]:
    """What a fresh projection says."""
    with transaction.atomic():
        entries.refresh(pk)
        found = said(pk)
        transaction.set_rollback(True)
    return found


@pytest.fixture
def open_one(france):
    def make(insee: str = "69123", notice: int = 120, horizon: int = 60) -> Practitioner:
        practitioner, _service = bookable_practitioner()
        practitioner.places.update(commune=france[insee])
        BookingSettings.objects.update_or_create(
            practitioner=practitioner, defaults={"minimum_notice_minutes": notice, "horizon_days": horizon}
        )
        entries.refresh(practitioner.pk)
        return practitioner

    return make


EVENTS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 3 * 24 * 60)),
    st.tuples(st.just("book"), st.integers(0, 4), HOURS),
    st.tuples(st.just("hold"), st.integers(0, 2), HOURS),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("close"), st.integers(0, 6), st.integers(0, 5)),
    st.tuples(st.just("notice"), st.sampled_from([0, 30, 120, 24 * 60])),
)


def happen(event: tuple, practitioner: Practitioner, traveller: time_machine.Traveller) -> None:
    kind, number, *rest = event
    now = clock.now()
    day = clock.today() + dt.timedelta(days=number) if kind in {"book", "hold", "close"} else clock.today()
    if kind == "wait":
        traveller.shift(dt.timedelta(minutes=number))
        expire_holds()
    elif kind in {"book", "hold"}:
        start = dt.datetime.combine(day, dt.time(rest[0]), clock.PARIS)
        service = practitioner.services.get()
        try:
            held = holds.hold(practitioner=practitioner, service=service, start=start, holder_key=str(now), now=now)
        except (SlotTaken, DomainError):
            return
        if kind == "book":
            Appointment.objects.filter(pk=held.pk).update(client=UserFactory())
            appointments.book(appointment_id=held.pk, now=now)
    elif kind == "cancel":
        booked = practitioner.appointments.filter(status=Status.CONFIRMED, starts_at__gt=now).order_by("pk")
        if booked.exists():
            appointment = booked[number % booked.count()]
            appointments.cancel_by_client(appointment_id=appointment.pk, announced_cents=0, now=now)
    elif kind == "close":
        last = day + dt.timedelta(days=rest[0])
        opening.add_closure(closure=Closure(practitioner=practitioner, first_day=day, last_day=last))
    elif kind == "notice":
        found = BookingSettings.objects.get(practitioner=practitioner)
        found.minimum_notice_minutes = number
        opening.save_settings(settings=found)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(EVENTS, min_size=1, max_size=6), insee=st.sampled_from(["69123", "97411"]))
def test_after_any_history_the_row_says_what_a_fresh_reading_says(
    history, insee, open_one, django_capture_on_commit_callbacks
):
    """Summer time begins on the 29th; La Réunion has none."""
    with time_machine.travel(START, tick=False) as traveller, transaction.atomic():
        practitioner = open_one(insee)
        for event in history:
            with django_capture_on_commit_callbacks(execute=True):
                happen(event, practitioner, traveller)
            entries.refresh_availability()
            assert said(practitioner.pk) == anew(practitioner.pk), event
        transaction.set_rollback(True)


def test_a_notice_that_passes_takes_the_first_time_away(open_one):
    with time_machine.travel("2026-03-02 07:00:00+00:00", tick=False) as traveller:
        practitioner = open_one(notice=60)
        first = SearchEntry.objects.get().card["next_free"]["cabinet"]
        assert first == "2026-03-02T08:00:00+00:00"
        assert entries.refresh_availability() == 0, "at the very moment of its notice it can still be booked"
        traveller.shift(dt.timedelta(microseconds=1))
        assert entries.refresh_availability() == 1
        assert SearchEntry.objects.get().card["next_free"]["cabinet"] == "2026-03-02T08:30:00+00:00"
        assert said(practitioner.pk) == anew(practitioner.pk)
        assert entries.refresh_availability() == 0


@pytest.mark.parametrize(("insee", "midnight"), [("69123", "23:00"), ("97411", "20:00")])
def test_a_new_day_opens_at_the_horizon_at_local_midnight(open_one, insee, midnight):
    with time_machine.travel(f"2026-03-02 {midnight}:00+00:00", tick=False) as traveller:
        traveller.shift(dt.timedelta(seconds=-1))
        practitioner = open_one(insee, notice=24 * 60, horizon=10)
        before = said(practitioner.pk)[2]
        assert entries.refresh_availability() == 0
        traveller.shift(dt.timedelta(seconds=1))
        assert entries.refresh_availability() == 1
        added = {day for _mode, day, _part in said(practitioner.pk)[2] - before}
        assert added == {"2026-03-13"}


def test_what_time_did_not_change_is_not_told_to_another_engine(open_one):
    with time_machine.travel("2026-03-02 07:00:00+00:00", tick=False) as traveller:
        open_one(notice=60)
        PendingChange.objects.all().delete()
        SearchEntry.objects.update(stale_at=clock.now())
        PendingChange.objects.all().delete()
        traveller.shift(0)
        assert entries.refresh_availability() == 1
        assert not PendingChange.objects.exists()


def test_urgent_ones_come_first_and_none_waits_for_ever(open_one):
    """With room for one at a time: a notice before a midnight that is older."""
    with time_machine.travel("2026-03-02 22:59:59+00:00", tick=False) as traveller:
        at_midnight, by_notice = open_one(notice=24 * 60), open_one(notice=24 * 60)
        traveller.shift(dt.timedelta(hours=12))
        SearchEntry.objects.filter(pk=by_notice.pk).update(stale_at=clock.now() - dt.timedelta(microseconds=1))
        for expected in (by_notice, at_midnight):
            assert entries.refresh_availability(limit=1) == 1
            assert SearchEntry.objects.get(pk=expected.pk).refreshed_at == clock.now()
        assert entries.refresh_availability(limit=1) == 0


def test_a_run_ends_in_time_and_the_next_goes_on(open_one, monkeypatch):
    monkeypatch.setattr(entries, "BATCH", 1)
    with time_machine.travel(START, tick=False) as traveller:
        for _n in range(3):
            open_one()
        traveller.shift(dt.timedelta(days=1))
        assert entries.refresh_availability(seconds=0) == 0
        assert entries.refresh_availability(limit=2) == 2
        assert entries.refresh_availability() == 1


def test_the_clock_renews_the_rank_too(open_one):
    """Online booking is the first criterion: without a time it may still be offered."""
    practitioner = open_one()
    practitioner.opening_rules.all().delete()
    SearchEntry.objects.update(stale_at=clock.now())
    assert entries.refresh_availability() == 1
    entry = SearchEntry.objects.get()
    assert (entry.online, entry.card["next_free"], entry.stale_at) == (False, {}, None)
    assert entry.rank == ranking.pack(entries.standing_of(entry))


def test_many_agendas_take_as_many_queries_as_few(open_one):
    for _n in range(5):
        ServiceFactory(practitioner=open_one(), practice=Service.objects.first().practice, mode="visio")
    ids = list(Practitioner.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as few:
        agenda.availabilities(ids[:2], now=clock.now())
    with CaptureQueriesContext(connection) as many:
        agenda.availabilities(ids, now=clock.now())
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_of_two_refreshes_at_once_the_newest_state_remains(open_one, monkeypatch):
    """One reads an agenda and stands still; a booking is made and refreshed; the first must not write what it had read."""
    practitioner = open_one()
    open_every_day(practitioner, dt.time(20), dt.time(21), modes=["visio"])
    SearchEntry.objects.update(stale_at=clock.now())
    real, reading, go_on = agenda.availabilities, threading.Event(), threading.Event()

    def slow(ids, *, now):
        found = real(ids, now=now)
        if threading.current_thread().name == "clock":
            reading.set()
            go_on.wait(10)
        return found

    monkeypatch.setattr(agenda, "availabilities", slow)
    problems = []

    def run(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001
            problems.append(error)
        finally:
            connection.close()

    clock_turn = threading.Thread(target=run, args=[entries.refresh_availability], name="clock")
    clock_turn.start()
    assert reading.wait(10)
    day = clock.today() + dt.timedelta(days=1)
    AppointmentFactory(
        practitioner=practitioner, starts_at=dt.datetime.combine(day, dt.time(9), clock.PARIS), minutes=540
    )
    commit = threading.Thread(target=run, args=[lambda: entries.refresh(practitioner.pk)], name="commit")
    commit.start()
    go_on.set()
    clock_turn.join()
    commit.join()
    assert problems == []
    assert str(day) not in {cell[1] for cell in said(practitioner.pk)[2] if cell[2] != "soir"}
    assert said(practitioner.pk) == anew(practitioner.pk)
