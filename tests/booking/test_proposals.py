"""Requests: other times proposed, one of them taken or none; nobody pays for a time that was lost."""

import datetime as dt
import re
import threading
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import connection
from django.test import Client

from booking import lifecycle
from booking.actions import holds, payments, proposals, requests
from booking.errors import MoveRefused, ProposalGone, SlotTaken
from booking.lifecycle import By, Step
from booking.models import Appointment, Occupation, Payment, Proposal, Status
from booking.notifications.rendering import render
from booking.slots import next_slots
from booking.stripe_gateway import StripeUnreachable
from booking.tasks import expire_holds, reconcile_payments
from common.clock import now
from common.models import OutboxMessage
from tests.booking.conftest import MERCHANT, Stripe, Visitor, free_start
from tests.factories.booking import AppointmentFactory, bookable_practitioner

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def asked() -> Appointment:
    """A request without online payment, for a time in four days."""
    practitioner, service = bookable_practitioner(confirmation="request")
    slot = times(practitioner)[0]
    return AppointmentFactory(
        practitioner=practitioner,
        service=service,
        starts_at=slot,
        status=Status.REQUESTED,
        on_request=True,
        answer_by=now() + 40 * HOUR,
    )


def times(practitioner: Any) -> list[dt.datetime]:
    found = next_slots([practitioner.pk], now=now(), days=12, per_day=30)[practitioner.pk]
    return [slot.start for day in found for slot in day.slots if slot.start > now() + dt.timedelta(days=4)][::3]


def propose(appointment: Appointment, *starts: dt.datetime, **more: Any) -> Proposal:
    return proposals.propose(
        appointment_id=appointment.pk,
        starts=list(starts or times(appointment.practitioner)[2:5]),
        actor=appointment.practitioner.user,
        now=more.pop("now", now()),
        **more,
    )


def again(appointment: Appointment) -> Appointment:
    return Appointment.objects.get(pk=appointment.pk)


class TestProposing:
    def test_the_client_is_told_without_the_practitioners_words(self, asked: Appointment) -> None:
        proposal = propose(asked, message="Plutôt après votre reprise ?")
        mail = render(OutboxMessage.objects.get())
        assert OutboxMessage.objects.get().to == asked.contact_email
        assert "reprise" not in mail.text + mail.html
        assert mail.text.count(" à\u00a0") >= 4
        row = again(asked)
        assert row.status == Status.REQUESTED
        assert row.answer_by == proposal.expires_at
        assert row.events.get().action == "propose"

    def test_nothing_is_held(self, asked: Appointment) -> None:
        propose(asked)
        assert Occupation.objects.get().starts_at == asked.starts_at

    def test_it_ends_before_the_cards_authorisation(self, asked: Appointment) -> None:
        Appointment.objects.filter(pk=asked.pk).update(booked_at=now() - dt.timedelta(days=5, hours=20))
        proposal = propose(asked)
        assert proposal.expires_at <= now() + 4 * HOUR
        assert again(asked).answer_by == proposal.expires_at
        Appointment.objects.filter(pk=asked.pk).update(booked_at=now() - dt.timedelta(days=6))
        with pytest.raises(MoveRefused, match="trop peu de temps"):
            propose(asked)

    def test_what_cannot_be_proposed(self, asked: Appointment) -> None:
        free = times(asked.practitioner)
        AppointmentFactory(practitioner=asked.practitioner, starts_at=free[3])
        for wrong, words in (
            ([], "au moins un"),
            (free[4:8], "au plus"),
            ([now() + HOUR], "trop proche"),
            ([now() + dt.timedelta(days=800)], "trop lointain"),
            ([asked.starts_at], "l’horaire demandé"),
            ([free[3]], "déjà pris"),
        ):
            with pytest.raises(MoveRefused, match=words):
                proposals.propose(appointment_id=asked.pk, starts=wrong, actor=asked.practitioner.user, now=now())
        assert not Proposal.objects.exists()

    def test_a_second_one_withdraws_the_first(self, asked: Appointment) -> None:
        first = propose(asked)
        second = propose(asked, times(asked.practitioner)[7])
        first.refresh_from_db()
        assert (first.status, second.status) == (Proposal.Status.WITHDRAWN, Proposal.Status.OPEN)
        with pytest.raises(ProposalGone):
            proposals.choose(appointment_id=asked.pk, start=first.starts[0], now=now())

    def test_only_for_what_waits(self) -> None:
        confirmed = AppointmentFactory()
        with pytest.raises(lifecycle.IllegalTransition):
            propose(confirmed, now() + dt.timedelta(days=9))

    @pytest.mark.parametrize("step", [Step.ACCEPT, Step.REFUSE, Step.LAPSE, Step.CANCEL_BY_CLIENT])
    def test_whatever_ends_the_request_closes_the_proposal(self, asked: Appointment, step: Step) -> None:
        propose(asked)
        lifecycle.move(again(asked), step, by=sorted(lifecycle.TRANSITIONS[step].by)[0], now=now())
        closed = Proposal.Status.EXPIRED if step == Step.LAPSE else Proposal.Status.WITHDRAWN
        assert Proposal.objects.get().status == closed


class TestAnswering:
    def test_the_time_chosen_becomes_the_appointments_own(self, asked: Appointment) -> None:
        proposal = propose(asked)
        chosen = proposal.starts[1]
        row = proposals.choose(appointment_id=asked.pk, start=chosen, now=now())
        assert (row.status, row.starts_at, row.calendar_sequence) == (Status.CONFIRMED, chosen, 1)
        assert Occupation.objects.get().starts_at == chosen
        assert [event.action for event in row.events.all()] == ["propose", "move", "agree"]
        proposal.refresh_from_db()
        assert (proposal.status, proposal.chosen) == (Proposal.Status.TAKEN, chosen)
        kinds = {key.split("-", 2)[2] for key in OutboxMessage.objects.values_list("key", flat=True)}
        assert {"confirmed-client", "confirmed-practitioner"} <= kinds

    def test_one_that_somebody_took_leaves_the_others(self, asked: Appointment) -> None:
        proposal = propose(asked)
        AppointmentFactory(practitioner=asked.practitioner, starts_at=proposal.starts[0])
        with pytest.raises(SlotTaken):
            proposals.choose(appointment_id=asked.pk, start=proposal.starts[0], now=now())
        row = again(asked)
        assert (row.status, row.starts_at) == (Status.REQUESTED, asked.starts_at)
        assert Proposal.objects.get().status == Proposal.Status.OPEN
        assert proposals.choose(appointment_id=asked.pk, start=proposal.starts[1], now=now()).status == "confirmed"

    def test_only_one_of_them_and_in_time(self, asked: Appointment) -> None:
        proposal = propose(asked)
        with pytest.raises(ProposalGone):
            proposals.choose(appointment_id=asked.pk, start=proposal.starts[0] + HOUR, now=now())
        with pytest.raises(ProposalGone):
            proposals.choose(appointment_id=asked.pk, start=proposal.starts[0], now=proposal.expires_at)
        assert again(asked).status == Status.REQUESTED

    def test_none_suits(self, asked: Appointment) -> None:
        propose(asked)
        row = proposals.decline(appointment_id=asked.pk, now=now())
        assert row.status == Status.CANCELLED_BY_CLIENT
        assert Proposal.objects.get().status == Proposal.Status.DECLINED
        assert not Occupation.objects.exists()

    def test_silence_ends_the_request(self, asked: Appointment) -> None:
        proposal = propose(asked)
        with time_machine.travel(proposal.expires_at + HOUR):
            expire_holds()
        assert again(asked).status == Status.EXPIRED
        assert Proposal.objects.get().status == Proposal.Status.EXPIRED


class TestMoney:
    @pytest.fixture
    def authorised(self, visitor: Visitor, stripe: Stripe, documents: None) -> Appointment:
        """A request whose card was authorised on Stripe's page."""
        whose = bookable_practitioner(account=MERCHANT, payment="full", confirmation="request")
        appointment, _answer = visitor.book(*whose, free_start(*whose, 60))
        stripe.pay(appointment)
        visitor.webhook(stripe.news())
        appointment.refresh_from_db()
        assert appointment.status == Status.REQUESTED
        return appointment

    def test_it_is_taken_once_the_time_is_ones_own(self, authorised: Appointment) -> None:
        proposal = propose(authorised)
        row = proposals.choose(appointment_id=authorised.pk, start=proposal.starts[0], now=now())
        assert row.status == Status.CONFIRMED
        assert Payment.objects.get().status == Payment.Status.PAID

    def test_nobody_pays_for_a_time_that_was_lost(self, authorised: Appointment) -> None:
        proposal = propose(authorised)
        AppointmentFactory(practitioner=authorised.practitioner, starts_at=proposal.starts[0])
        with pytest.raises(SlotTaken):
            proposals.choose(appointment_id=authorised.pk, start=proposal.starts[0], now=now())
        assert Payment.objects.get().status == Payment.Status.AUTHORISED

    def test_what_a_silent_stripe_left_half_done_is_ended_by_the_sweep(self, authorised: Appointment) -> None:
        proposal = propose(authorised)
        with (
            mock.patch.object(payments, "capture", side_effect=StripeUnreachable()),
            pytest.raises(StripeUnreachable),
        ):
            proposals.choose(appointment_id=authorised.pk, start=proposal.starts[0], now=now())
        row = again(authorised)
        assert (row.status, row.starts_at) == (Status.REQUESTED, proposal.starts[0])
        reconcile_payments()
        row = again(authorised)
        assert (row.status, row.starts_at) == (Status.CONFIRMED, proposal.starts[0])
        assert row.events.last() is not None
        assert row.events.last().by == By.SYSTEM
        reconcile_payments()
        assert row.events.filter(after=Status.CONFIRMED).count() == 1

    def test_declining_lets_go_of_the_card(self, authorised: Appointment) -> None:
        propose(authorised)
        proposals.decline(appointment_id=authorised.pk, now=now())
        assert Payment.objects.get().status in {Payment.Status.RELEASING, Payment.Status.RELEASED}


class TestPages:
    @pytest.fixture
    def office(self, client: Client, login_as: Any, asked: Appointment) -> Client:
        login_as(asked.practitioner.user)
        return client

    def test_from_the_office_to_the_clients_choice(self, office: Client, asked: Appointment) -> None:
        path = f"/espace-praticien/rendez-vous/{asked.reference}/proposer/"
        page = office.get(path).content.decode()
        offered = re.findall(r'name="times" value="([^"]+)"', page)
        assert 5 <= len(offered) <= 10
        kept = [offered[0], offered[-1]]
        assert office.post(path, {"times": kept, "message": "À bientôt"}).status_code == 302
        office.logout()
        office.force_login(asked.client)
        page = office.get(f"/rendez-vous/{asked.reference}/propositions/").content.decode()
        assert "À bientôt" in page
        starts = re.findall(r'name="start" value="([^"]+)"', page)
        assert sorted(starts) == sorted(kept)
        AppointmentFactory(practitioner=asked.practitioner, starts_at=dt.datetime.fromisoformat(starts[0]))
        page = office.post(f"/rendez-vous/{asked.reference}/propositions/", {"start": starts[0]})
        assert page.status_code == 409
        assert "vient d’être pris" in page.content.decode()
        assert re.findall(r'name="start" value="([^"]+)"', page.content.decode()) == starts[1:]
        done = office.post(f"/rendez-vous/{asked.reference}/propositions/", {"start": starts[1]})
        assert done["Location"] == f"/rendez-vous/{asked.reference}/?merci=1"
        assert again(asked).status == Status.CONFIRMED

    @pytest.mark.parametrize(
        "typed",
        [
            {},
            {"times": ["hier"]},
            {"times": ["2027-01-04T09:00:00+00:00"] * 9, "message": "x" * 501},
            {"day": "2027-03-28", "hour": "02:30"},
            {"day": "9999-12-31", "hour": "10:00"},
            {"day": "2027-01-04"},
            {"day": "\x00", "hour": "25:99", "message": "\x00"},
            {"times": ["2027-01-04T09:00:00+00:00", "2027-01-05T09:00:00+00:00"], "message": "\u202e🙂" * 400},
        ],
    )
    def test_nonsense_is_refused_and_kept(self, office: Client, asked: Appointment, typed: dict[str, Any]) -> None:
        page = office.post(f"/espace-praticien/rendez-vous/{asked.reference}/proposer/", typed)
        # A NUL is refused for every page of the site, before the form.
        assert page.status_code in ({400} if typed.get("message") == "\x00" else {409, 422})
        assert not Proposal.objects.exists()
        if isinstance(typed.get("day"), str) and "\x00" not in typed["day"]:
            assert f'value="{typed["day"]}"' in page.content.decode()

    @pytest.mark.parametrize(
        "start", ["", "hier", "9999-12-31T23:59:59+00:00", "2027-01-01T09:00:00+00:00", "\x00" * 50]
    )
    def test_a_choice_of_nonsense(self, client: Client, asked: Appointment, start: str) -> None:
        propose(asked)
        client.force_login(asked.client)
        answer = client.post(f"/rendez-vous/{asked.reference}/propositions/", {"start": start})
        assert answer.status_code == (400 if "\x00" in start else 409)
        assert again(asked).status == Status.REQUESTED

    def test_anothers_proposal_does_not_exist(self, client: Client, login_as: Any, asked: Appointment) -> None:
        propose(asked)
        login_as("client")
        assert client.get(f"/rendez-vous/{asked.reference}/propositions/").status_code == 404
        assert client.post(f"/rendez-vous/{asked.reference}/propositions/", {"aucun": "1"}).status_code == 404
        other, _service = bookable_practitioner()
        login_as(other.user)
        assert client.get(f"/espace-praticien/rendez-vous/{asked.reference}/proposer/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["book", "refuse", "choose"])
def test_a_choice_races_with(asked: Appointment, rival: str) -> None:
    proposal = propose(asked)
    start = proposal.starts[0]
    practitioner, service = asked.practitioner, asked.service
    acts = {
        "book": lambda: holds.hold(practitioner=practitioner, service=service, start=start, holder_key="k", now=now()),
        "refuse": lambda: requests.refuse(appointment_id=asked.pk, actor=practitioner.user, now=now()),
        "choose": lambda: proposals.choose(appointment_id=asked.pk, start=proposal.starts[1], now=now()),
    }
    barrier, ends = threading.Barrier(2), {}

    def run(name: str, act: Any) -> None:
        barrier.wait(timeout=30)
        try:
            ends[name] = act()
        except Exception as error:  # noqa: BLE001 - what it raised is the result
            ends[name] = error
        finally:
            connection.close()

    both = {"us": lambda: proposals.choose(appointment_id=asked.pk, start=start, now=now()), "them": acts[rival]}
    threads = [threading.Thread(target=run, args=pair) for pair in both.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    failed = [end for end in ends.values() if isinstance(end, Exception)]
    assert len(failed) == 1, ends
    assert Occupation.objects.filter(starts_at=start).count() <= 1
    lost = {"book": Status.REQUESTED, "refuse": Status.REFUSED, "choose": Status.CONFIRMED}[rival]
    assert again(asked).status == (lost if isinstance(ends["us"], Exception) else Status.CONFIRMED)
