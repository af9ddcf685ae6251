"""What is forged, replayed or of somebody else is refused and logged; and no secret or card number shows anywhere."""

import dataclasses
import io
import json
import logging
import re
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings as site
from django.test import Client
from structlog.testing import capture_logs

from booking import stripe_gateway
from booking.actions import payments, stripe_news, webhooks
from booking.models import Appointment, Payment, Refund, Status, StripeEvent
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.tasks import reconcile_payments
from common.clock import now
from tests.booking.conftest import MERCHANT, Stripe, Visitor, free_start
from tests.factories.booking import PaymentFactory, as_if

pytestmark = pytest.mark.django_db
CARD = "4242424242424242"


@pytest.fixture
def paying(visitor: Visitor, stripe: Stripe, paid_service) -> Appointment:
    appointment, answer = visitor.book(*paid_service, free_start(*paid_service, 60))
    assert answer.status_code == 302
    return appointment


def settled_with(payment: Payment, **forged: Any) -> None:
    session = stripe_gateway.read_session(account=payment.account.account_id, session_id=payment.session_id or "")
    payments.settle(payment_id=payment.pk, session=dataclasses.replace(session, **forged), now=now())


class TestWhatPaysNothing:
    @pytest.mark.parametrize(
        "forged",
        [
            {"amount_cents": 1},
            {"amount_cents": 5999},
            {"currency": "jpy"},
            {"id": "cs_of_somebody_else"},
            {"metadata": {"payment": "0"}},
        ],
    )
    def test_a_session_that_is_not_what_was_asked(
        self, stripe: Stripe, paying: Appointment, forged: dict[str, Any]
    ) -> None:
        stripe.pay(paying)
        with capture_logs() as logged, pytest.raises(StripeRefused):
            settled_with(Payment.objects.get(), **forged)
        assert any(line["event"] == "payment_is_not_what_was_asked" for line in logged)
        assert Payment.objects.get().status == Payment.Status.OPEN
        assert Appointment.objects.get().status == Status.HELD

    def test_a_session_that_somebody_made_with_our_number_on_it(
        self, visitor: Visitor, stripe: Stripe, paying: Appointment
    ) -> None:
        """A holder of the same account pays one euro on a session that names our payment, whose own answer was lost."""
        real = Payment.objects.get()
        forged = stripe_gateway.open_checkout(
            account=MERCHANT, amount_cents=100, fee_cents=0, label="x", email="", key="forged", manual_capture=False,
            expires_at=real.session_expires_at, success_url="http://x.example", cancel_url="http://x.example",
            metadata={"appointment": paying.reference, "payment": str(real.pk)},
        )  # fmt: skip
        stripe.control.pay(forged.id, CARD)
        as_if(Payment.objects, session_id=None, status=Payment.Status.CREATING, url="")
        with capture_logs() as logged:
            visitor.webhook(stripe.news())
        assert any(line["event"] == "payment_is_not_what_was_asked" for line in logged)
        assert Appointment.objects.get().status == Status.HELD
        assert StripeEvent.objects.get().processed_at is None

    def test_a_notification_from_another_account(self, visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
        stripe.pay(paying)
        event = json.loads(stripe.news()["payload"]) | {"account": "acct_of_a_thief"}
        as_if(Payment.objects, session_id=None, status=Payment.Status.CREATING, url="")
        payload = json.dumps(event)
        visitor.webhook({"payload": payload, "signature": stripe.header(payload)})
        assert Appointment.objects.get().status == Status.HELD

    def test_a_notification_that_lies(self, visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
        """Signed, and yet only Stripe's own answer counts: the page is open, whatever the notification says."""
        payment = Payment.objects.get()
        payload = json.dumps(
            {
                "id": "evt_lie", "type": "checkout.session.completed", "account": MERCHANT,
                "data": {"object": {"id": payment.session_id, "status": "complete", "payment_status": "paid"}},
            }
        )  # fmt: skip
        visitor.webhook({"payload": payload, "signature": stripe.header(payload)})
        assert StripeEvent.objects.get().processed_at is not None
        assert Appointment.objects.get().status == Status.HELD

    @pytest.mark.parametrize("field", ["amount", "amount_cents", "price", "fee", "account", "session_id", "currency"])
    def test_nothing_of_the_amount_comes_from_the_browser(
        self, visitor: Visitor, stripe: Stripe, paid_service, field: str
    ) -> None:
        practitioner, service = paid_service
        visitor.hold(practitioner, service, free_start(practitioner, service, 60), **{field: "1"})
        appointment = Appointment.objects.get()
        visitor.post(f"/rendez-vous/{appointment.reference}/coordonnees/", visitor.details | {field: "1"})
        visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/", **{field: "1"})
        payment = Payment.objects.get()
        assert (payment.amount_cents, payment.account.account_id) == (service.advance_cents, MERCHANT)

    def test_an_amount_that_is_not_the_one_shown_is_asked_again(
        self, visitor: Visitor, stripe: Stripe, paid_service
    ) -> None:
        practitioner, service = paid_service
        visitor.hold(practitioner, service, free_start(practitioner, service, 60))
        appointment = Appointment.objects.get()
        visitor.post(f"/rendez-vous/{appointment.reference}/coordonnees/", visitor.details)
        answer = visitor.consent(f"/rendez-vous/{appointment.reference}/verifier/", shown_cents="1")
        assert answer.status_code == 409
        assert not Payment.objects.exists()

    def test_the_payment_of_another_visitor(
        self, visitor: Visitor, another_visitor: Visitor, stripe: Stripe, paying: Appointment
    ) -> None:
        for rest in ("", "verifier/", "paiement/", "paiement/?essai=1"):
            assert another_visitor.get(f"/rendez-vous/{paying.reference}/{rest}").status_code == 404
        assert another_visitor.post(f"/rendez-vous/{paying.reference}/verifier/").status_code == 404

    def test_a_replayed_notification_does_nothing_more(
        self, visitor: Visitor, stripe: Stripe, paying: Appointment
    ) -> None:
        stripe.pay(paying)
        news = stripe.news()
        visitor.webhook(news)
        steps = Payment.objects.get().events.count()
        body = json.loads(news["payload"]) | {"id": "evt_replayed_under_another_name"}
        payload = json.dumps(body)
        visitor.webhook({"payload": payload, "signature": stripe.header(payload)})
        assert StripeEvent.objects.filter(processed_at=None).count() == 0
        assert Payment.objects.get().events.count() == steps
        assert not Refund.objects.exists()


class TestForgedNotifications:
    def test_are_refused_and_logged(self, client: Client, stripe: Stripe) -> None:
        payload = json.dumps({"id": "evt_1", "type": "payout.paid"})
        for signature in (
            "",
            "t=1,v1=00",
            stripe.header(payload, secret="whsec_guess"),
            stripe.header(payload, age=900),
        ):
            with capture_logs() as logged:
                answer = client.post(
                    "/webhooks/stripe/", payload, content_type="application/json", HTTP_STRIPE_SIGNATURE=signature
                )
            assert answer.status_code == 400
            assert "webhook_refused" in [line["event"] for line in logged]
        assert not StripeEvent.objects.exists()

    def test_every_handler_takes_nonsense(self, stripe: Stripe) -> None:
        """Signed but of a form nobody foresaw: kept for later or ignored, never a crash of the worker."""
        for prefix in {prefix for prefix, _handle in webhooks.HANDLERS}:
            for odd in (
                {},
                {"object": None},
                {"object": {"id": None, "metadata": {"payment": "9" * 99, "refund": "x"}}},
            ):
                row = StripeEvent.objects.create(
                    event_id=f"evt_{prefix}_{len(str(odd))}", type=f"{prefix}x", payload={"data": odd},
                    received_at=now(), next_attempt_at=now(),
                )  # fmt: skip
                webhooks.process(event_pk=row.pk, now=now())

    def test_a_number_of_ours_is_a_number(self) -> None:
        assert [stripe_news.own_number(text) for text in ("12", "", "-1", "1.5", "٣", "9" * 30)] == [12] + [None] * 5


class TestNoSecretShows:
    def test_in_logs_of_a_whole_payment_and_its_failures(
        self, visitor: Visitor, stripe: Stripe, paying: Appointment, caplog: pytest.LogCaptureFixture
    ) -> None:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        logging.getLogger().addHandler(handler)
        caplog.set_level(logging.DEBUG)
        try:
            with capture_logs() as logged:
                stripe.pay(paying)
                stripe.control.fail_requests(count=1)
                with pytest.raises((StripeUnreachable, StripeRefused)):
                    payments.refresh(payment_id=Payment.objects.get().pk, now=now())
                visitor.webhook(stripe.news())
                reconcile_payments()
        finally:
            logging.getLogger().removeHandler(handler)
        everything = json.dumps(logged, default=str) + stream.getvalue() + caplog.text
        for secret in (site.STRIPE_API_KEY, stripe.secret, CARD):
            assert secret not in everything

    def test_in_the_pages_of_who_pays_and_of_errors(
        self, visitor: Visitor, stripe: Stripe, paying: Appointment
    ) -> None:
        with mock.patch.object(stripe_gateway, "open_checkout", side_effect=StripeRefused("sk_test_house leaked")):
            as_if(Payment.objects, session_id=None, status=Payment.Status.CREATING, url="")
            page = visitor.consent(f"/rendez-vous/{paying.reference}/verifier/").content.decode()
        pages = [
            page,
            *(
                visitor.get(f"/rendez-vous/{paying.reference}/{rest}").content.decode()
                for rest in ("verifier/", "paiement/")
            ),
        ]
        for text in pages:
            assert not re.search(r"\b(sk|rk|whsec)_(test|live|[A-Za-z0-9])", text)
            assert CARD not in text

    def test_in_the_rows_of_a_payment(self, visitor: Visitor, stripe: Stripe, paying: Appointment) -> None:
        stripe.pay(paying)
        visitor.webhook(stripe.news())
        kept = json.dumps([*Payment.objects.values(), *StripeEvent.objects.values()], default=str)
        assert CARD not in kept
        assert not re.search(r'"(number|cvc|exp_month)":', kept)

    def test_in_the_source(self) -> None:
        """No live key, and no card number outside the stand-in and the tests."""
        found = subprocess.run(
            ["git", "grep", "-InE", r"(sk|rk)_live_[A-Za-z0-9]{8}|whsec_[A-Za-z0-9]{24}|\b4242 ?4242 ?4242 ?4242\b"],
            cwd=site.BASE_DIR, capture_output=True, text=True, check=False,
        )  # fmt: skip
        elsewhere = [
            line
            for line in found.stdout.splitlines()
            if not line.startswith(("site/demo/", "tests/", "docs/", "README.md", "locale/", "templates/demo/"))
        ]
        # The search itself works: it finds the cards of the stand-in.
        assert "site/demo/" in found.stdout, found.stderr
        assert elsewhere == []

    def test_only_the_gateway_knows_the_sdk(self) -> None:
        importing = re.compile(r"^\s*(import stripe\b|from stripe\b)", re.M)
        base = Path(site.BASE_DIR)
        files = [*base.glob("booking/**/*.py"), *base.glob("practitioners/**/*.py"), *base.glob("search/**/*.py")]
        guilty = [str(path.relative_to(base)) for path in files if importing.search(path.read_text())]
        assert {path.rpartition("/")[0] for path in guilty} == {"booking/stripe_gateway"}


def test_the_database_refuses_a_fee_that_eats_its_payment(db: None) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="the_fee_never_eats_the_payment"):
        PaymentFactory(amount_cents=245, fee_cents=245)
