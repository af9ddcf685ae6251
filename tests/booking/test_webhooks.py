"""What Stripe says, in any order and any number of times; and what it never said."""

import datetime as dt
import json
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core import mail
from django.test import Client

from booking import lifecycle, stripe_gateway
from booking.actions import webhooks
from booking.models import Appointment, Payment, Refund, Status, StripeEvent
from booking.stripe_gateway import StripeUnreachable
from booking.tasks import expire_holds, process_pending_events, reconcile_payments
from common.clock import now
from common.models import OutboxMessage
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.factories.booking import HeldFactory, as_if

pytestmark = pytest.mark.django_db
FAR = 60


@pytest.fixture
def paying(visitor: Visitor, stripe: Stripe, paid_service) -> Appointment:
    """A visitor who is on Stripe's page."""
    appointment, answer = visitor.book(*paid_service, free_start(*paid_service, FAR))
    assert answer.status_code == 302
    return appointment


def status_of(appointment: Appointment) -> str:
    return Appointment.objects.get(pk=appointment.pk).status


def test_twice_is_once(visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
    stripe.pay(paying)
    news = stripe.news()
    assert [visitor.webhook(news).status_code for _ in range(3)] == [200, 200, 200]
    assert StripeEvent.objects.filter(type="checkout.session.completed").count() == 1
    assert status_of(paying) == Status.CONFIRMED
    assert OutboxMessage.objects.filter(key__contains="confirmed").count() == 2
    assert paying.events.filter(after=Status.CONFIRMED).count() == 1
    webhooks.process(event_pk=StripeEvent.objects.get().pk, now=now())
    assert OutboxMessage.objects.filter(key__contains="confirmed").count() == 2


def test_before_its_session_is_known(visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
    """The answer that carries the session's id was lost: the notification finds the attempt by our own number."""
    stripe.pay(paying)
    as_if(Payment.objects, session_id=None, status=Payment.Status.CREATING, url="")
    visitor.webhook(stripe.news())
    assert status_of(paying) == Status.CONFIRMED
    assert Payment.objects.get().session_id


def test_of_a_session_that_is_not_ours_is_kept_for_later(visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
    stripe.pay(paying)
    session = Payment.objects.get().session_id
    Payment.objects.update(session_id="cs_of_another_time")
    visitor.webhook(stripe.news())
    event = StripeEvent.objects.get()
    assert event.processed_at is None
    assert event.attempts == 1
    Payment.objects.update(session_id=session)
    with time_machine.travel(now() + dt.timedelta(minutes=2)):
        process_pending_events()
    assert status_of(paying) == Status.CONFIRMED


@pytest.mark.parametrize(
    "forge",
    [
        lambda stripe, payload: stripe.header(payload, secret="whsec_guess"),
        lambda stripe, payload: stripe.header(payload + " "),
        lambda stripe, payload: stripe.header(payload, age=3600),
        lambda stripe, payload: "",
        lambda stripe, payload: "t=1,v1=0",
        lambda stripe, payload: "garbage,,,===",
    ],
)
def test_forged_is_refused_and_not_stored(visitor: Visitor, stripe: Stripe, paying: Appointment, forge) -> None:
    stripe.pay(paying)
    news = stripe.news()
    news["signature"] = forge(stripe, news["payload"])
    assert visitor.webhook(news).status_code == 400
    assert not StripeEvent.objects.exists()
    assert status_of(paying) == Status.HELD


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"null", b"[]", b'{"id": 1}', b"\x00" * 50])
def test_signed_nonsense_is_refused_too(stripe: Stripe, body: bytes) -> None:
    signature = stripe.header(body.decode("utf-8", "replace"))
    answer = Client().post("/webhooks/stripe/", body, content_type="application/json", HTTP_STRIPE_SIGNATURE=signature)
    assert answer.status_code == 400


def test_only_posts() -> None:
    assert Client().get("/webhooks/stripe/").status_code == 405


def test_a_notification_that_lies_changes_nothing(visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
    """Signed or not, what it says is only where to look: Stripe is asked."""
    session = Payment.objects.get().session_id
    payload = json.dumps(
        {
            "id": "evt_lie",
            "object": "event",
            "type": "checkout.session.completed",
            "account": stripe.account,
            "data": {
                "object": {"id": session, "object": "checkout.session", "status": "complete", "payment_status": "paid"}
            },
        }
    )
    assert visitor.webhook({"payload": payload, "signature": stripe.header(payload)}).status_code == 200
    assert status_of(paying) == Status.HELD


def test_a_worker_killed_between_the_payment_and_the_confirmation_loses_nothing(
    visitor: Visitor, stripe: Stripe, paying: Appointment
) -> None:
    stripe.pay(paying)
    news = stripe.news()

    class Killed(BaseException):
        pass

    with mock.patch.object(lifecycle, "record", side_effect=Killed), pytest.raises(Killed):
        visitor.webhook(news)
    # The payment was marked in the transaction that died: it is as if it had not begun.
    assert status_of(paying) == Status.HELD
    assert Payment.objects.get().status == Payment.Status.OPEN
    assert StripeEvent.objects.get().processed_at is None
    assert not OutboxMessage.objects.filter(key__contains="confirmed").exists()
    process_pending_events()
    process_pending_events()
    assert status_of(paying) == Status.CONFIRMED
    assert OutboxMessage.objects.filter(key__contains="confirmed").count() == 2
    assert stripe.control.balances()[stripe.account] == 6000 - 245


def test_a_notification_that_never_came_is_made_up_for(visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
    stripe.pay(paying)
    stripe.control.take()
    with time_machine.travel(now() + dt.timedelta(minutes=2)):
        reconcile_payments()
    assert status_of(paying) == Status.CONFIRMED


def test_the_page_one_comes_back_to_asks_stripe_itself(visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
    stripe.pay(paying)
    answer = visitor.get(f"/rendez-vous/{paying.reference}/paiement/?essai=1", follow=True)
    assert "C’est réservé" in answer.content.decode()


class TestHoldsWithAPaymentUnderWay:
    def test_the_time_is_freed_only_once_stripe_has_closed_the_session(
        self, stripe: Stripe, paying: Appointment
    ) -> None:
        with time_machine.travel(now() + dt.timedelta(minutes=16)):
            stripe.control.fail_requests(when="before", kind="error", status=500, path="/v1/checkout/sessions", count=5)
            expire_holds()
            assert status_of(paying) == Status.HELD
            stripe.control.clear_faults()
            expire_holds()
        assert status_of(paying) == Status.EXPIRED
        assert Payment.objects.get().status == Payment.Status.EXPIRED

    def test_paid_at_the_last_second_is_booked_not_freed(self, stripe: Stripe, paying: Appointment) -> None:
        stripe.pay(paying)
        with time_machine.travel(now() + dt.timedelta(minutes=16)):
            expire_holds()
        assert status_of(paying) == Status.CONFIRMED

    def test_the_next_booker_does_not_take_it(
        self, another_visitor: Visitor, stripe: Stripe, paying: Appointment, paid_service
    ) -> None:
        with time_machine.travel(now() + dt.timedelta(minutes=16)):
            answer = another_visitor.hold(*paid_service, paying.starts_at)
        assert answer.status_code == 409
        assert status_of(paying) == Status.HELD


class TestTooLate:
    def expired_then_paid(self, stripe: Stripe, paying: Appointment) -> None:
        """What should not happen: the hold was freed although Stripe took the payment."""
        stripe.pay(paying)
        lifecycle.move(Appointment.objects.get(pk=paying.pk), lifecycle.Step.EXPIRE, by=lifecycle.By.SYSTEM, now=now())
        as_if(Payment.objects, status=Payment.Status.EXPIRED)

    def test_the_time_is_taken_back_when_it_is_free(
        self, visitor: Visitor, stripe: Stripe, paying: Appointment
    ) -> None:
        self.expired_then_paid(stripe, paying)
        visitor.webhook(stripe.news())
        assert status_of(paying) == Status.CONFIRMED
        assert not Refund.objects.exists()

    def test_with_no_time_left_everything_goes_back_with_the_fee_and_both_are_told(
        self, visitor: Visitor, stripe: Stripe, paying: Appointment
    ) -> None:
        self.expired_then_paid(stripe, paying)
        HeldFactory(practitioner=paying.practitioner, starts_at=paying.starts_at)
        visitor.webhook(stripe.news())
        assert status_of(paying) == Status.EXPIRED
        refund = Refund.objects.get()
        assert (refund.amount_cents, refund.returns_fee, refund.status) == (6000, True, Refund.Status.DONE)
        assert stripe.control.balances()[stripe.account] == 0
        told = {message.to[0] for message in mail.outbox if "emboursé" in message.subject}
        assert told == {"lea.bernard@exemple.fr", paying.practitioner.professional_email}
        page = visitor.get(f"/rendez-vous/{paying.reference}/").content.decode()
        assert "Nous vous remboursons intégralement" in page


class TestStripeDown:
    def test_nothing_was_charged_and_the_answers_are_kept(self, visitor: Visitor, stripe: Stripe, paid_service) -> None:
        practitioner, service = paid_service
        stripe.control.fail_requests(when="before", kind="error", status=500, path="/v1/checkout", count=1)
        appointment, answer = visitor.book(practitioner, service, free_start(practitioner, service))
        page = answer.content.decode()
        assert answer.status_code == 503
        assert "Rien n’a été débité" in page
        assert "Léa Bernard" in page
        again = visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/")
        assert again.status_code == 302
        assert appointment.payments.filter(status=Payment.Status.OPEN).count() == 1

    def test_an_answer_that_was_lost_makes_one_session_not_two(
        self, visitor: Visitor, stripe: Stripe, paid_service, monkeypatch
    ) -> None:
        """Stripe did it, and the answer never came: asking again gives the same session."""
        practitioner, service = paid_service
        real = stripe_gateway.open_checkout
        opened = []

        def lost(**words: Any) -> None:
            opened.append(real(**words))
            raise StripeUnreachable

        monkeypatch.setattr(stripe_gateway, "open_checkout", lost)
        appointment, answer = visitor.book(practitioner, service, free_start(practitioner, service))
        assert answer.status_code == 503
        assert appointment.payments.get().status == Payment.Status.CREATING
        monkeypatch.setattr(stripe_gateway, "open_checkout", real)
        answer = visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/")
        assert answer["Location"] == opened[0].url
        assert appointment.payments.count() == 1

    def test_a_failure_that_stripe_answered_stays_with_its_key_and_the_next_attempt_has_another(
        self, visitor: Visitor, stripe: Stripe, paid_service
    ) -> None:
        practitioner, service = paid_service
        stripe.control.fail_requests(when="after", kind="error", status=502, path="/v1/checkout", count=1)
        appointment, answer = visitor.book(practitioner, service, free_start(practitioner, service))
        assert answer.status_code == 503
        answer = visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/")
        assert answer.status_code == 302
        assert [payment.status for payment in appointment.payments.all()] == ["failed", "open"]

    def test_pressing_twice_is_one_payment(self, visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
        again = visitor.consent(f"/rendez-vous/{paying.reference}/verifier/")
        assert again["Location"] == Payment.objects.get().url

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_a_refund_is_sent_again_until_stripe_has_it_and_once_only(
        self, visitor: Visitor, stripe: Stripe, paying: Appointment, when: str
    ) -> None:
        stripe.pay(paying)
        visitor.webhook(stripe.news())
        stripe.control.fail_requests(when=when, kind="error", status=500, path="/v1/refunds", count=1)
        visitor.post(f"/rendez-vous/{paying.reference}/annuler/", {"amount": "6000"})
        assert Refund.objects.get().status == Refund.Status.PENDING
        assert "en cours" in visitor.get(f"/rendez-vous/{paying.reference}/").content.decode()
        reconcile_payments()
        reconcile_payments()
        assert Refund.objects.get().status == Refund.Status.DONE
        assert stripe.control.balances()[stripe.account] == -245

    def test_unreachable_says_so(self, settings) -> None:
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        with pytest.raises(StripeUnreachable):
            stripe_gateway.read_session(account="acct_x", session_id="cs_x")
