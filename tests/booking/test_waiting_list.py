"""The waiting list: who is asked, in which order, for how long; registering, leaving, what pages and mails say."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from booking import waiting_links
from booking.actions import appointments, groups, holds, requests, waiting, waiting_offers
from booking.errors import NotBookable, OfferElsewhere, OfferGone, SlotTaken
from booking.models import FreedTime, Status, WaitingEntry, WaitingOffer
from booking.slots import slot_at
from booking.tasks import keep_waiting_list, purge_waiting_list
from booking.waiting_rules import GRACE, answer_until, is_quiet
from common.clock import now
from common.models import OutboxMessage
from practitioners.models import Practitioner, Service
from tests.booking.conftest import free_start
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.factories.groups import session_of, yoga
from tests.factories.waiting import booked, cancel, waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_day")]
PARIS = ZoneInfo("Europe/Paris")
State = WaitingOffer.State


def free_to_everybody(practitioner: Practitioner, service: Service, start: dt.datetime) -> bool:
    return slot_at(practitioner=practitioner, service=service, start=start, now=now()) is not None


class TestAFreedTime:
    def test_goes_to_the_first_in_the_same_transaction_and_nobody_else_sees_it(self) -> None:
        practitioner, service = bookable_practitioner()
        first, _second = waits(practitioner, service), waits(practitioner, service, "Yves")
        appointment = booked(practitioner, service)
        cancel(appointment)
        (offer,) = WaitingOffer.objects.all()
        assert (offer.entry, offer.appointment.starts_at, offer.state) == (first, appointment.starts_at, State.OPEN)
        assert not free_to_everybody(practitioner, service, appointment.starts_at)
        assert not FreedTime.objects.exists()
        message = OutboxMessage.objects.get(to="zoé@exemple.fr")
        assert "List-Unsubscribe" in message.headers
        assert waiting_links.offer_path(offer) in message.text

    def test_the_order_is_that_of_registration_among_those_whose_wishes_fit(self) -> None:
        practitioner, service = bookable_practitioner()
        appointment = booked(practitioner, service, hour=12)
        local = appointment.starts_at.astimezone(PARIS)
        waits(practitioner, service, "Matin", parts=["morning"])
        waits(practitioner, service, "Autre", weekdays=[(local.weekday() + 1) % 7])
        waits(practitioner, service, "Tard", first_day=local.date() + dt.timedelta(days=1))
        fits = waits(practitioner, service, "Midi", parts=["afternoon"], weekdays=[local.weekday()])
        waits(practitioner, service, "Suivant")
        cancel(appointment)
        assert WaitingOffer.objects.get().entry == fits

    def test_a_service_too_long_for_the_gap_is_not_asked(self) -> None:
        practitioner, service = bookable_practitioner()
        longer = Service.objects.get(pk=service.pk)
        longer.pk, longer.name, longer.duration_minutes = None, "Longue", 180
        longer.save()
        before = booked(practitioner, service, hour=11)
        appointment = booked(practitioner, service, hour=12)
        booked(practitioner, service, hour=13)
        waits(practitioner, longer)
        second = waits(practitioner, service, "Yves")
        cancel(appointment)
        assert WaitingOffer.objects.get().entry == second
        assert before.status == Status.CONFIRMED

    def test_what_is_left_of_a_long_one_goes_to_the_next_person(self) -> None:
        practitioner, service = bookable_practitioner()
        appointment = booked(practitioner, service, minutes=120)
        for name in ("Anne", "Boris", "Chloé"):
            waits(practitioner, service, name)
        booked(practitioner, service, hour=14)
        booked(practitioner, service, hour=11)
        cancel(appointment)
        offers = WaitingOffer.objects.order_by("pk")
        assert [offer.entry.first_name for offer in offers] == ["Anne", "Boris"]

    def test_with_nobody_whose_wishes_fit_it_is_free_for_all(self) -> None:
        practitioner, service = bookable_practitioner()
        appointment = booked(practitioner, service)
        waits(practitioner, service, until=now().date())
        cancel(appointment)
        assert not WaitingOffer.objects.exists()
        assert free_to_everybody(practitioner, service, appointment.starts_at)
        assert not FreedTime.objects.exists()

    def test_without_anybody_waiting_nothing_is_noted(self) -> None:
        practitioner, service = bookable_practitioner()
        cancel(booked(practitioner, service))
        assert not FreedTime.objects.exists()

    def test_whoever_has_an_appointment_then_is_not_asked(self) -> None:
        practitioner, service = bookable_practitioner()
        appointment = booked(practitioner, service)
        client = UserFactory()
        waits(practitioner, service, user=client)
        AppointmentFactory(client=client, starts_at=appointment.starts_at)
        AppointmentFactory(starts_at=appointment.starts_at, contact_email="yves@exemple.fr")
        waits(practitioner, service, "Yves")
        third = waits(practitioner, service, "Xavier")
        cancel(appointment)
        assert WaitingOffer.objects.get().entry == third

    def test_a_refused_request_an_unanswered_one_and_a_hold_given_up_free_a_time(self) -> None:
        practitioner, service = bookable_practitioner()
        for name in ("Anne", "Boris", "Chloé"):
            waits(practitioner, service, name)
        asked = {"status": Status.REQUESTED, "answer_by": now() - dt.timedelta(minutes=1)}
        refused, unanswered = booked(practitioner, service, **asked), booked(practitioner, service, days=4, **asked)
        requests.refuse(appointment_id=refused.pk, actor=practitioner.user, now=now())
        requests.lapse(appointment_id=unanswered.pk, now=now())
        assert WaitingOffer.objects.count() == 2
        held = holds.hold(
            practitioner=practitioner,
            service=service,
            start=free_start(practitioner, service, 3),
            holder_key="v",
            now=now(),
        )
        holds.release(appointment_id=held.pk, now=now())
        assert FreedTime.objects.count() == 1  # offered once the visitor's choice is over
        keep_waiting_list()
        assert WaitingOffer.objects.count() == 3

    def test_a_move_frees_the_time_it_leaves(self) -> None:
        practitioner, service = bookable_practitioner()
        entry, appointment = waits(practitioner, service), booked(practitioner, service)
        old = appointment.starts_at
        later = dt.timedelta(days=1)
        for name in ("starts_at", "ends_at", "busy_start", "busy_end"):
            setattr(appointment, name, getattr(appointment, name) + later)
        from booking import lifecycle
        from booking.models import AppointmentEvent

        appointment.save()
        lifecycle.record(appointment, "move", before=appointment.status, by=AppointmentEvent.By.CLIENT, now=now())
        keep_waiting_list()
        assert (WaitingOffer.objects.get().entry, WaitingOffer.objects.get().appointment.starts_at) == (entry, old)

    def test_a_session_too_near_is_free_for_all_at_once(self) -> None:
        practitioner, service = bookable_practitioner()
        waits(practitioner, service)
        appointment = AppointmentFactory(
            practitioner=practitioner, service=service, starts_at=now() + dt.timedelta(minutes=40)
        )
        cancel(appointment)
        assert not WaitingOffer.objects.exists()

    def test_a_failure_of_the_list_never_undoes_a_cancellation(self, monkeypatch) -> None:
        practitioner, service = bookable_practitioner()
        waits(practitioner, service)
        appointment = booked(practitioner, service)
        with monkeypatch.context() as patched:
            patched.setattr(waiting_offers, "_offer", lambda *_args, **_more: 1 / 0)
            cancel(appointment)
        appointment.refresh_from_db()
        assert appointment.status == Status.CANCELLED_BY_CLIENT
        assert FreedTime.objects.count() == 1

    def test_a_follow_up_is_offered_only_to_who_came(self) -> None:
        practitioner, service = bookable_practitioner(follow_up=True)
        stranger, client = UserFactory(), UserFactory()
        booked(practitioner, service, days=-5, client=client, status=Status.DONE)
        waits(practitioner, service, user=stranger)
        known = waits(practitioner, service, "Yves", user=client)
        cancel(booked(practitioner, service))
        assert WaitingOffer.objects.get().entry == known


class TestHowLong:
    def at(self, hour: int, minute: int = 0) -> dt.datetime:
        return dt.datetime(2027, 2, 3, hour, minute, tzinfo=PARIS)

    @pytest.mark.parametrize(
        ("made", "start", "until"),
        [
            ((10, 0), 48, (12, 0)),  # two hours
            ((10, 0), 3, (11, 30)),  # half of what is left
            ((10, 0), 1, (10, 30)),
            ((20, 30), 48, (33, 0)),  # would end at night: nine in the morning
            ((23, 0), 48, (33, 0)),
            ((3, 0), 48, (9, 0)),
            ((23, 0), 9, (31, 30)),  # the session is at eight: half an hour before
        ],
    )
    def test_an_offer_waits(self, made, start, until) -> None:
        moment = self.at(*made)
        expected = self.at(0) + dt.timedelta(hours=until[0], minutes=until[1])
        assert answer_until(start=moment + dt.timedelta(hours=start), zone=PARIS, now=moment) == expected

    @given(
        made=st.integers(0, 366 * 24 * 60),
        ahead=st.integers(1, 20 * 24 * 60),
        zone=st.sampled_from(["Europe/Paris", "America/Miquelon", "Indian/Reunion", "America/Guadeloupe"]),
    )
    @hypothesis_settings(max_examples=200, deadline=None)
    def test_whatever_the_hour_the_next_person_has_time_and_nobody_answers_at_night(self, made, ahead, zone) -> None:
        place = ZoneInfo(zone)
        moment = dt.datetime(2027, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=made)
        start = moment + dt.timedelta(minutes=ahead)
        until = answer_until(start=start, zone=place, now=moment)
        if until is None:
            assert ahead < 100
            return
        last = start - dt.timedelta(minutes=30)
        assert moment + dt.timedelta(minutes=20) <= until <= last
        assert until == last or not is_quiet(until, place)
        if not is_quiet(moment, place) and not is_quiet(moment + dt.timedelta(hours=2), place):
            assert until - moment <= dt.timedelta(hours=2)

    def test_nobody_is_asked_less_than_twenty_minutes(self) -> None:
        moment = self.at(10)
        assert answer_until(start=moment + dt.timedelta(minutes=45), zone=PARIS, now=moment) is None


class TestAnswering:
    @pytest.fixture
    def offered(self):
        practitioner, service = bookable_practitioner()
        waits(practitioner, service, "Anne")
        waits(practitioner, service, "Boris")
        appointment = booked(practitioner, service)
        cancel(appointment)
        return WaitingOffer.objects.get()

    def test_accepting_gives_the_session_the_time_for_a_quarter_of_an_hour(self, offered) -> None:
        appointment = waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=now())
        assert (appointment.holder_key, appointment.hold_expires_at) == ("anne", now() + dt.timedelta(minutes=15))
        assert waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=now()) == appointment

    def test_a_second_browser_is_told_and_may_take_over_knowingly(self, offered) -> None:
        waiting_offers.accept(offer_id=offered.pk, holder_key="telephone", now=now())
        with pytest.raises(OfferElsewhere):
            waiting_offers.accept(offer_id=offered.pk, holder_key="bureau", now=now())
        taken = waiting_offers.accept(offer_id=offered.pk, holder_key="bureau", now=now(), take_over=True)
        assert taken.holder_key == "bureau"

    def test_declining_asks_the_next_at_once_and_keeps_ones_turn(self, offered) -> None:
        waiting_offers.decline(offer_id=offered.pk, now=now())
        following = WaitingOffer.objects.exclude(pk=offered.pk).get()
        assert following.entry.first_name == "Boris"
        assert following.appointment.starts_at == offered.appointment.starts_at
        offered.entry.refresh_from_db()
        assert offered.entry.state == "waiting"
        with pytest.raises(OfferGone):
            waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=now())

    def test_without_an_answer_the_next_is_asked_before_anybody_else_sees_the_time(self, offered) -> None:
        start = offered.appointment.starts_at
        late = offered.expires_at + dt.timedelta(seconds=1)
        assert offered.appointment.hold_expires_at == offered.expires_at + GRACE
        assert waiting_offers.expire(offer_id=offered.pk, now=late)
        offered.refresh_from_db()
        assert offered.state == State.EXPIRED
        following = WaitingOffer.objects.exclude(pk=offered.pk).get()
        assert (following.entry.first_name, following.appointment.starts_at) == ("Boris", start)

    def test_once_nobody_wants_it_it_is_free_for_all(self, offered) -> None:
        start = offered.appointment.starts_at
        waiting_offers.decline(offer_id=offered.pk, now=now())
        waiting_offers.decline(offer_id=WaitingOffer.objects.get(state=State.OPEN).pk, now=now())
        assert not WaitingOffer.objects.filter(state=State.OPEN).exists()
        assert free_to_everybody(offered.entry.practitioner, offered.entry.service, start)

    def test_too_late_is_too_late_to_the_second(self, offered) -> None:
        with pytest.raises(OfferGone):
            waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=offered.expires_at)

    def test_the_hold_of_an_offer_that_the_sweep_forgot_ends_by_itself(self, offered) -> None:
        late = offered.expires_at + GRACE + dt.timedelta(seconds=1)
        assert holds.expire(appointment_id=offered.appointment_id, now=late)
        offered.refresh_from_db()
        assert offered.state == State.EXPIRED

    def test_accepted_then_given_up_it_goes_on_and_one_is_not_asked_again_for_it(self, offered) -> None:
        waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=now())
        holds.expire(appointment_id=offered.appointment_id, now=now() + dt.timedelta(minutes=16))
        keep_waiting_list()
        offered.refresh_from_db()
        assert offered.state == State.DROPPED
        assert WaitingOffer.objects.get(state=State.OPEN).entry.first_name == "Boris"

    def test_leaving_the_list_gives_the_offer_to_the_next(self, offered) -> None:
        waiting.leave(entry_id=offered.entry_id, now=now())
        keep_waiting_list()
        assert WaitingOffer.objects.get(state=State.OPEN).entry.first_name == "Boris"

    def test_a_request_that_is_refused_puts_one_back_in_ones_turn(self, offered) -> None:
        entry = offered.entry
        appointment = waiting_offers.accept(offer_id=offered.pk, holder_key="anne", now=now())
        client = UserFactory()
        appointment.client, appointment.on_request = client, True
        appointment.save()
        appointments.book(appointment_id=appointment.pk, now=now())
        entry.refresh_from_db()
        assert entry.state == "booked"
        requests.refuse(appointment_id=appointment.pk, actor=entry.practitioner.user, now=now())
        entry.refresh_from_db()
        assert (entry.state, entry.ended_at) == ("waiting", None)


class TestByHand:
    def test_the_practitioner_offers_out_of_turn(self) -> None:
        practitioner, service = bookable_practitioner()
        waits(practitioner, service, "Anne")
        second = waits(practitioner, service, "Boris")
        start = free_start(practitioner, service, 2)
        offer = waiting_offers.offer_by_hand(entry_id=second.pk, start=start, now=now())
        assert (offer.entry, offer.by_hand, offer.appointment.starts_at) == (second, True, start)
        with pytest.raises(NotBookable):
            waiting_offers.offer_by_hand(entry_id=second.pk, start=free_start(practitioner, service, 6), now=now())

    def test_a_time_that_is_taken_is_not_offered(self) -> None:
        practitioner, service = bookable_practitioner()
        entry = waits(practitioner, service)
        with pytest.raises(SlotTaken):
            waiting_offers.offer_by_hand(entry_id=entry.pk, start=booked(practitioner, service).starts_at, now=now())


class TestGroups:
    def test_a_seat_that_becomes_free_is_offered(self) -> None:
        practitioner, service = yoga(seats=2)
        group = session_of(practitioner, service)
        fields = {name: getattr(group, name) for name in ("starts_at", "ends_at", "busy_start", "busy_end")}
        seats = [
            AppointmentFactory(practitioner=practitioner, service=service, group=group, **fields) for _n in range(2)
        ]
        entry = waits(practitioner, service)
        cancel(seats[0])
        offer = WaitingOffer.objects.get()
        assert (offer.entry, offer.appointment.group) == (entry, group)

    def test_seats_added_are_offered_in_order_one_each(self) -> None:
        practitioner, service = yoga(seats=2)
        for name in ("Anne", "Boris", "Chloé"):
            waits(practitioner, service, name)
        group = session_of(practitioner, service)
        assert [offer.entry.first_name for offer in WaitingOffer.objects.order_by("pk")] == ["Anne", "Boris"]
        groups.change_seats(group_id=group.pk, seats=3, now=now())
        assert WaitingOffer.objects.order_by("-pk").first().entry.first_name == "Chloé"

    def test_a_cancelled_session_is_offered_to_nobody(self) -> None:
        practitioner, service = yoga(seats=2)
        group = session_of(practitioner, service)
        fields = {name: getattr(group, name) for name in ("starts_at", "ends_at", "busy_start", "busy_end")}
        AppointmentFactory(practitioner=practitioner, service=service, group=group, **fields)
        waits(practitioner, service)
        groups.cancel_session(group_id=group.pk, actor=practitioner.user, now=now())
        keep_waiting_list()
        assert not WaitingOffer.objects.exists()


class TestRetention:
    def test_what_nobody_confirmed_goes_after_two_days_and_what_ended_after_three_months(self) -> None:
        practitioner, service = bookable_practitioner()
        day = dt.timedelta(days=1)
        waits(practitioner, service, "A", state="unconfirmed", created_at=now() - 3 * day)
        waits(practitioner, service, "B", state="left", ended_at=now() - 91 * day)
        past = waits(practitioner, service, "C", first_day=now().date() - 9 * day, until=now().date() - day)
        kept = waits(practitioner, service, "D")
        purge_waiting_list()
        past.refresh_from_db()
        assert past.state == "over"
        assert set(WaitingEntry.objects.all()) == {past, kept}
