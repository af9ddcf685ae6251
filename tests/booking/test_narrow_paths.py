"""What happens between two steps: an answer that was lost, a worker that died, two pages open at once."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest

from booking import stripe_gateway
from booking.actions import payments, requests, webhooks
from booking.models import Appointment, FeeRate, Payment, Refund, Status, StripeEvent
from booking.stripe_gateway import StripeUnreachable
from booking.tasks import expire_holds, process_pending_events, reconcile_payments
from common.clock import now
from tests.booking.conftest import Stripe, Visitor, free_start
from tests.factories.booking import HeldFactory, PaymentFactory, bookable_practitioner

pytestmark = pytest.mark.django_db
FAR = 60


@pytest.fixture
def requested(visitor: Visitor, stripe: Stripe, documents: None) -> Appointment:
    """Asked for, the card authorised, waiting for the practitioner."""
    practitioner, service = bookable_practitioner(account=stripe.account, payment="full", confirmation="request")
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service, FAR))
    stripe.pay(appointment)
    visitor.webhook(stripe.news())
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED
    return appointment


class TestAcceptance:
    def test_money_taken_for_an_acceptance_that_was_lost_comes_back_when_the_request_lapses(
        self, stripe: Stripe, requested: Appointment, django_capture_on_commit_callbacks
    ) -> None:
        """The worker died after the capture: nobody confirmed, and nobody must keep the money."""
        with mock.patch("booking.lifecycle.move", side_effect=RuntimeError("killed")), pytest.raises(RuntimeError):
            requests.accept(appointment_id=requested.pk, actor=requested.practitioner.user, now=now())
        assert stripe.control.balances()[stripe.account] == 6000 - 245
        late = requested.answer_by + dt.timedelta(minutes=1)
        with mock.patch("common.clock.now", return_value=late), django_capture_on_commit_callbacks(execute=True):
            expire_holds()
        reconcile_payments()
        requested.refresh_from_db()
        assert requested.status == Status.EXPIRED
        assert Refund.objects.get().amount_cents == 6000
        assert stripe.control.balances()[stripe.account] == 0

    def test_an_authorisation_that_is_gone_confirms_nothing(self, stripe: Stripe, requested: Appointment) -> None:
        payment = requested.payments.get()
        stripe_gateway.release(account=stripe.account, payment_intent=payment.payment_intent)
        payments.refresh(payment_id=payment.pk, now=now())
        assert requested.payments.get().status == Payment.Status.RELEASED
        with pytest.raises(requests.AuthorisationGone):
            requests.accept(appointment_id=requested.pk, actor=requested.practitioner.user, now=now())
        requested.refresh_from_db()
        assert requested.status == Status.REQUESTED

    def test_the_notification_of_the_capture_may_overtake_the_acceptance(
        self, stripe: Stripe, requested: Appointment
    ) -> None:
        real = stripe_gateway.capture

        def overtaken(**words: Any) -> None:
            real(**words)
            payments.refresh(payment_id=requested.payments.get().pk, now=now())

        with mock.patch("booking.stripe_gateway.capture", overtaken):
            requests.accept(appointment_id=requested.pk, actor=requested.practitioner.user, now=now())
        requested.refresh_from_db()
        assert requested.status == Status.CONFIRMED
        assert requested.events.filter(after=Status.CONFIRMED).count() == 1


def test_another_choice_does_not_free_a_time_whose_payment_stripe_still_works_on(
    visitor: Visitor, stripe: Stripe, paid_service
) -> None:
    """The session is complete and its money under way: nothing says that it failed."""
    practitioner, service = paid_service
    first, _answer = visitor.book(practitioner, service, free_start(practitioner, service))
    payment = first.payments.get()
    under_way = stripe_gateway.Session(payment.session_id or "", "complete", "", "pi_1", "processing", {})
    with mock.patch("booking.stripe_gateway.expire_session", return_value=under_way):
        visitor.hold(practitioner, service, free_start(practitioner, service, 40))
    first.refresh_from_db()
    assert first.status == Status.HELD
    assert Appointment.objects.filter(status=Status.HELD).count() == 2


def test_a_corrected_address_does_not_block_a_payment_whose_first_answer_was_lost(
    visitor: Visitor, stripe: Stripe, paid_service, monkeypatch
) -> None:
    """The same key with other words is refused for a day: the attempt is given up, and the next one has its own key."""
    practitioner, service = paid_service
    real = stripe_gateway.open_checkout

    def lost(**words: Any) -> None:
        real(**words)
        raise StripeUnreachable

    monkeypatch.setattr(stripe_gateway, "open_checkout", lost)
    appointment, answer = visitor.book(practitioner, service, free_start(practitioner, service))
    assert answer.status_code == 503
    monkeypatch.setattr(stripe_gateway, "open_checkout", real)
    visitor.post(f"/rendez-vous/{appointment.reference}/coordonnees/", {**visitor.details, "email": "lea.b@exemple.fr"})
    visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/")
    answer = visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/")
    assert answer.status_code == 302
    assert [payment.status for payment in appointment.payments.all()] == ["failed", "open"]


def test_a_fee_raised_above_an_advance_stops_the_booking_politely(visitor: Visitor, stripe: Stripe) -> None:
    practitioner, service = bookable_practitioner(account=stripe.account, payment="deposit", deposit_cents=500)
    FeeRate.objects.create(basis_points=1000, fixed_cents=200, valid_from=now())
    answer = visitor.hold(practitioner, service, free_start(practitioner, service))
    assert answer.status_code == 404
    assert not Appointment.objects.exists()


def test_a_practitioner_suspended_since_the_choice_is_not_booked(visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    visitor.hold(practitioner, service, free_start(practitioner, service))
    appointment = Appointment.objects.get()
    visitor.post(f"/rendez-vous/{appointment.reference}/coordonnees/", visitor.details)
    type(practitioner).objects.filter(pk=practitioner.pk).update(status="suspended")
    answer = visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/")
    assert answer.status_code == 404
    appointment.refresh_from_db()
    assert (appointment.status, appointment.client) == (Status.HELD, None)


@pytest.mark.parametrize("start", ["9999-12-31T12:00:00+00:00", "9999-12-20T12:00:00+00:00"])
def test_the_end_of_the_calendar_is_no_time(visitor: Visitor, start: str) -> None:
    practitioner, service = bookable_practitioner()
    answer = visitor.post(
        "/rendez-vous/reserver/", {"practitioner": practitioner.slug, "service": service.pk, "start": start}
    )
    assert answer.status_code in {409, 422}


class TestSweeps:
    def event(self, number: int, payload: dict[str, Any]) -> StripeEvent:
        return StripeEvent.objects.create(
            event_id=f"evt_{number}", type="refund.updated", payload=payload, received_at=now(), next_attempt_at=now()
        )

    def test_one_event_that_nobody_foresaw_does_not_stop_the_others(self) -> None:
        odd = self.event(1, {"data": "nothing of ours"})
        plain = self.event(2, {"data": {"object": {"id": "re_unknown"}}})
        process_pending_events()
        odd.refresh_from_db()
        plain.refresh_from_db()
        assert plain.processed_at
        assert odd.processed_at is None
        assert odd.attempts == 1
        assert odd.next_attempt_at > now()

    def test_one_hold_that_fails_does_not_keep_the_others(self, monkeypatch) -> None:
        past = now() - dt.timedelta(minutes=1)
        bad = HeldFactory(hold_expires_at=past - dt.timedelta(minutes=1))
        good = HeldFactory(hold_expires_at=past)
        real = payments.close

        def fails(*, appointment_id: int, now: dt.datetime) -> None:
            if appointment_id == bad.pk:
                raise RuntimeError("unforeseen")
            real(appointment_id=appointment_id, now=now)

        monkeypatch.setattr(payments, "close", fails)
        expire_holds()
        good.refresh_from_db()
        assert good.status == Status.EXPIRED

    def test_one_payment_that_fails_does_not_keep_the_refunds(self, monkeypatch) -> None:
        PaymentFactory(status=Payment.Status.OPEN, created_at=now() - dt.timedelta(minutes=5))
        refund = Refund.objects.create(
            payment=PaymentFactory(), amount_cents=6000, cause=Refund.Cause.CLIENT, ordered_at=now()
        )
        monkeypatch.setattr(payments, "refresh", mock.Mock(side_effect=RuntimeError("unforeseen")))
        monkeypatch.setattr(stripe_gateway, "refund", lambda **words: ("re_1", "succeeded"))
        reconcile_payments()
        refund.refresh_from_db()
        assert refund.status == Refund.Status.DONE

    def test_when_stripe_is_silent_the_sweep_ends_before_it_is_killed(self, monkeypatch) -> None:
        """Every call waits for its timeout: requests lapse all the same, and the holds that are left wait for the next sweep."""
        past = now() - dt.timedelta(minutes=1)
        for minutes in range(6):
            HeldFactory(hold_expires_at=past + dt.timedelta(seconds=minutes))
        clock = iter(range(0, 10_000, 20))
        monkeypatch.setattr("booking.tasks.sweeping.time.monotonic", lambda: next(clock))
        asked: list[int] = []

        def silent(*, appointment_id: int, now: dt.datetime) -> None:
            asked.append(appointment_id)
            raise StripeUnreachable

        monkeypatch.setattr(payments, "close", silent)
        expire_holds()
        assert 0 < len(asked) < 6


def test_a_refund_is_settled_by_its_own_account_only(monkeypatch) -> None:
    """A mark made on another connected account says nothing of ours."""
    payment = PaymentFactory()
    refund = Refund.objects.create(payment=payment, amount_cents=6000, cause=Refund.Cause.CLIENT, ordered_at=now())
    monkeypatch.setattr(stripe_gateway, "read_refund", lambda **words: "succeeded")
    event = StripeEvent.objects.create(
        event_id="evt_other",
        type="refund.updated",
        account="acct_of_somebody_else",
        payload={"data": {"object": {"id": "re_x", "metadata": {"refund": refund.mark}}}},
        received_at=now(),
        next_attempt_at=now(),
    )
    webhooks.process(event_pk=event.pk, now=now())
    refund.refresh_from_db()
    assert refund.status == Refund.Status.PENDING


def test_without_a_secret_no_notification_is_believed(settings) -> None:
    """An empty secret signs like any other: a site that lost its setting must not take whatever comes."""
    import time

    import stripe as sdk

    settings.STRIPE_WEBHOOK_SECRET = ""
    body = '{"id": "evt_1", "type": "checkout.session.completed"}'
    header = sdk.WebhookSignature.generate_signature_header(body, "", int(time.time()))
    with pytest.raises(stripe_gateway.ForgedWebhook):
        stripe_gateway.verify_webhook(body.encode(), header)


def test_the_calendar_file_is_kept_by_no_cache(visitor: Visitor, documents: None) -> None:
    practitioner, service = bookable_practitioner()
    appointment, _answer = visitor.book(practitioner, service, free_start(practitioner, service))
    answer = visitor.get(f"/rendez-vous/{appointment.reference}/rendez-vous.ics")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
