"""Group sessions: scheduling, seats, cancelling, what their pages say."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from booking import slots
from booking.actions import groups, holds
from booking.actions.taking import is_overlap
from booking.errors import GroupFull, PastTime, SeatsBelowTaken, SlotTaken
from booking.models import Appointment, Closure, GroupSession, Occupation, Status
from booking.tasks import keep_groups
from common.clock import now
from common.models import OutboxMessage
from tests.booking.conftest import MERCHANT
from tests.factories.booking import AppointmentFactory, PaymentFactory, bookable_practitioner
from tests.factories.groups import session_of, yoga

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def weekly(practitioner, service, day, weeks, hour=dt.time(19), moment=None):
    return groups.open_weekly(
        practitioner=practitioner,
        service=service,
        day=day,
        hour=hour,
        weeks=weeks,
        place=practitioner.places.first(),
        mode="cabinet",
        seats=8,
        now=moment or now(),
    )


def hold(group, key):
    return groups.hold_seat(group=group, service=group.service, holder_key=key, now=now())


def seat(group, **fields):
    times = {name: getattr(group, name) for name in ("starts_at", "ends_at", "busy_start", "busy_end")}
    return AppointmentFactory(practitioner=group.practitioner, service=group.service, group=group, **(times | fields))


class TestScheduling:
    def test_the_session_owns_its_range_and_its_seats_own_nothing(self) -> None:
        group = session_of(*yoga())
        hold(group, "a")
        hold(group, "b")
        (row,) = Occupation.objects.filter(practitioner=group.practitioner)
        assert (row.group, row.appointment, row.starts_at) == (group, None, group.starts_at)

    def test_nineteen_oclock_stays_nineteen_oclock_when_the_clocks_change(self) -> None:
        practitioner, service = yoga()
        moment = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
        outcomes = weekly(practitioner, service, dt.date(2027, 3, 18), 3, moment=moment)
        assert [one.session.starts_at.astimezone(PARIS).strftime("%d %H:%M") for one in outcomes] == [
            "18 19:00",
            "25 19:00",
            "01 19:00",
        ]
        assert [one.session.starts_at.hour for one in outcomes] == [18, 18, 17]

    def test_an_hour_that_the_clocks_skip_is_skipped_in_words(self) -> None:
        practitioner, service = yoga()
        moment = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
        first, skipped = weekly(practitioner, service, dt.date(2027, 3, 21), 2, hour=dt.time(2, 30), moment=moment)
        assert first.session
        assert skipped.session is None
        assert "heure n’existe pas" in skipped.problem

    def test_dates_that_are_taken_or_closed_are_skipped_each_with_its_reason(self) -> None:
        practitioner, service = yoga()
        day = (now().astimezone(PARIS) + dt.timedelta(days=7)).date()
        at_seven = dt.datetime.combine(day + dt.timedelta(weeks=1), dt.time(19), PARIS)
        AppointmentFactory(practitioner=practitioner, starts_at=at_seven)
        closed = day + dt.timedelta(weeks=2)
        Closure.objects.create(practitioner=practitioner, first_day=closed, last_day=closed)
        outcomes = weekly(practitioner, service, day, 4)
        assert [bool(one.session) for one in outcomes] == [True, False, False, True]
        assert "19:00" in outcomes[1].problem
        assert "20:00" in outcomes[1].problem
        assert "fermé" in outcomes[2].problem

    def test_a_closure_of_another_place_closes_nothing_here(self) -> None:
        practitioner, service = yoga()
        place = practitioner.places.get()
        place.pk = None
        place.position = 1
        place.save()
        day = (now().astimezone(PARIS) + dt.timedelta(days=7)).date()
        Closure.objects.create(practitioner=practitioner, first_day=day, last_day=day, place=place)
        assert weekly(practitioner, service, day, 1)[0].session

    def test_a_hold_that_lapsed_is_not_in_the_way(self) -> None:
        practitioner, service = yoga()
        group = session_of(practitioner, service)
        start = group.starts_at + dt.timedelta(days=1)
        fields = {"status": Status.HELD, "client": None, "booked_at": None, "holder_key": "visitor"}
        AppointmentFactory(
            practitioner=practitioner, starts_at=start, hold_expires_at=now() - dt.timedelta(minutes=1), **fields
        )
        assert session_of(practitioner, service, days=4).starts_at == start

    def test_what_is_past_cannot_be_scheduled(self) -> None:
        practitioner, service = yoga()
        with pytest.raises(PastTime):
            session_of(practitioner, service, days=-1)

    def test_two_sessions_at_once(self) -> None:
        practitioner, service = yoga()
        session_of(practitioner, service)
        with pytest.raises(SlotTaken, match=r"1[6-9]:00"):
            session_of(practitioner, service)

    def test_an_appointment_does_not_go_over_a_session(self) -> None:
        practitioner, service = yoga()
        group = session_of(practitioner, service)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            AppointmentFactory(practitioner=practitioner, starts_at=group.starts_at)
        assert is_overlap(refused.value)


class TestSeats:
    def test_as_many_as_offered_and_not_one_more(self) -> None:
        group = session_of(*yoga(seats=2))
        hold(group, "a")
        hold(group, "b")
        with pytest.raises(GroupFull):
            hold(group, "c")

    def test_asking_again_gives_the_same_seat(self) -> None:
        group = session_of(*yoga(seats=2))
        assert hold(group, "a") == hold(group, "a")

    def test_a_lapsed_hold_leaves_its_seat_to_the_next_in_the_same_transaction(self) -> None:
        group = session_of(*yoga(seats=2))
        seat(group)
        lapsed = hold(group, "a")
        Appointment.objects.filter(pk=lapsed.pk).update(hold_expires_at=now() - dt.timedelta(seconds=1))
        assert hold(group, "b").status == Status.HELD
        lapsed.refresh_from_db()
        assert lapsed.status == Status.EXPIRED

    def test_one_that_is_being_paid_keeps_its_seat(self) -> None:
        group = session_of(*yoga(seats=2))
        seat(group)
        lapsed = hold(group, "a")
        Appointment.objects.filter(pk=lapsed.pk).update(hold_expires_at=now() - dt.timedelta(seconds=1))
        PaymentFactory(appointment=lapsed, status="open", payment_intent="")
        with pytest.raises(GroupFull):
            hold(group, "b")

    def test_a_visitor_who_holds_a_seat_and_chooses_another_session_lets_go_of_the_first(self) -> None:
        practitioner, service = yoga()
        monday, tuesday = session_of(practitioner, service), session_of(practitioner, service, days=4)
        first = hold(monday, "a")
        hold(tuesday, "a")
        first.refresh_from_db()
        assert first.status == Status.EXPIRED

    def test_a_lapsed_seat_is_taken_back_only_while_there_is_one(self) -> None:
        from booking.errors import HoldLost

        group = session_of(*yoga(seats=2))
        mine = hold(group, "a")
        Appointment.objects.filter(pk=mine.pk).update(hold_expires_at=now() - dt.timedelta(seconds=1))
        holds.expire(appointment_id=mine.pk, now=now())
        seat(group)
        assert holds.renew(appointment_id=mine.pk, now=now()).status == Status.HELD
        Appointment.objects.filter(pk=mine.pk).update(hold_expires_at=now() - dt.timedelta(seconds=1))
        holds.expire(appointment_id=mine.pk, now=now())
        seat(group)
        with pytest.raises(HoldLost):
            holds.renew(appointment_id=mine.pk, now=now())

    def test_seats_never_go_below_those_taken(self) -> None:
        group = session_of(*yoga(seats=5))
        for _number in range(3):
            seat(group)
        assert groups.change_seats(group_id=group.pk, seats=3, now=now()).seats == 3
        with pytest.raises(SeatsBelowTaken):
            groups.change_seats(group_id=group.pk, seats=2, now=now())
        group.refresh_from_db()
        assert group.seats == 3

    def test_too_late_for_the_notice_is_too_late_for_a_seat(self) -> None:
        group = session_of(*yoga())
        with pytest.raises(SlotTaken):
            groups.hold_seat(
                group=group, service=group.service, holder_key="a", now=group.starts_at - dt.timedelta(minutes=30)
            )


class TestBookingASeat:
    def test_one_seat_a_person_and_another_for_a_relative(self, visitor, documents) -> None:
        practitioner, service = yoga()
        group = session_of(practitioner, service)
        booked, _answer = visitor.book(practitioner, service, group.starts_at)
        assert (booked.status, booked.group, booked.busy_start) == (Status.CONFIRMED, group, group.busy_start)
        held = visitor.hold(practitioner, service, group.starts_at)
        path = held["Location"]
        visitor.post(path, visitor.details)
        again = visitor.consent(path.replace("coordonnees", "verifier"))
        assert again.status_code == 409
        assert "a déjà une place" in again.content.decode()
        relative = {"whom": "proche", "attendee_first_name": "Paul", "attendee_last_name": "Bernard"}
        visitor.post(path, visitor.details | relative)
        assert visitor.consent(path.replace("coordonnees", "verifier")).status_code == 302
        assert group.seats_taken.filter(status=Status.CONFIRMED).count() == 2

    def test_what_an_address_booked_is_not_told_to_another_browser(self, visitor, documents, another_visitor) -> None:
        practitioner, service = yoga()
        group = session_of(practitioner, service)
        visitor.book(practitioner, service, group.starts_at)
        _booked, answer = another_visitor.book(practitioner, service, group.starts_at)
        assert answer.status_code == 302

    def test_the_page_of_times_offers_sessions_that_have_a_seat(self, visitor, documents) -> None:
        practitioner, service = yoga(seats=2)
        full, free = session_of(practitioner, service), session_of(practitioner, service, days=4)
        seat(full)
        seat(full)
        days = slots.free_slots(
            practitioner=practitioner,
            service=service,
            first_day=now().date(),
            last_day=now().date() + dt.timedelta(days=10),
            now=now(),
        )
        assert [slot.start for day in days.values() for slot in day.slots] == [free.starts_at]
        refused = visitor.hold(practitioner, service, full.starts_at)
        assert refused.status_code == 409


class TestCancelling:
    def test_every_seat_is_cancelled_refunded_in_full_and_told(
        self, stripe, django_capture_on_commit_callbacks
    ) -> None:
        practitioner, service = yoga(account=MERCHANT)
        group = session_of(practitioner, service)
        paid = seat(group, advance_cents=6000, fee_cents=245, price_cents=6000)
        PaymentFactory(appointment=paid)
        other, held = seat(group), hold(group, "visitor")
        with django_capture_on_commit_callbacks():
            groups.cancel_session(group_id=group.pk, actor=practitioner.user, now=now())
        group.refresh_from_db()
        assert group.status == GroupSession.Status.CANCELLED
        states = dict(Appointment.objects.values_list("pk", "status"))
        assert states == {
            paid.pk: Status.CANCELLED_BY_PRACTITIONER,
            other.pk: Status.CANCELLED_BY_PRACTITIONER,
            held.pk: Status.EXPIRED,
        }
        (refund,) = paid.payments.get().refunds.all()
        assert (refund.amount_cents, refund.returns_fee) == (6000, False)
        told = set(OutboxMessage.objects.values_list("to", flat=True))
        assert {paid.contact_email, other.contact_email} <= told
        assert not Occupation.objects.filter(practitioner=practitioner).exists()

    def test_a_seat_paid_while_its_session_was_cancelled_is_refunded_by_the_sweep(self) -> None:
        practitioner, service = yoga()
        group = session_of(practitioner, service)
        paid = seat(group, advance_cents=6000, fee_cents=245, price_cents=6000)
        PaymentFactory(appointment=paid)
        GroupSession.objects.filter(pk=group.pk).update(status=GroupSession.Status.CANCELLED)
        keep_groups()
        paid.refresh_from_db()
        assert paid.status == Status.CANCELLED_BY_PRACTITIONER
        assert paid.payments.get().refunds.get().amount_cents == 6000

    def test_nobody_takes_a_seat_of_a_cancelled_session(self) -> None:
        practitioner, service = yoga()
        group = session_of(practitioner, service)
        groups.cancel_session(group_id=group.pk, actor=practitioner.user, now=now())
        with pytest.raises(SlotTaken):
            hold(group, "a")
        with pytest.raises(IntegrityError), transaction.atomic():
            seat(group)

    def test_once_its_end_is_past_the_session_is_done(self) -> None:
        group = session_of(*yoga())
        start = now() - dt.timedelta(hours=3)
        GroupSession.objects.filter(pk=group.pk).update(
            starts_at=start,
            busy_start=start,
            ends_at=start + dt.timedelta(hours=1),
            busy_end=start + dt.timedelta(hours=1),
        )
        keep_groups()
        group.refresh_from_db()
        assert group.status == GroupSession.Status.DONE
        assert not Occupation.objects.filter(group=group).exists()


def test_a_session_alone_is_not_a_group() -> None:
    practitioner, service = bookable_practitioner()
    from booking.errors import NotBookable

    with pytest.raises(NotBookable):
        session_of(practitioner, service)
