"""kill -9 of the process that talks to Stripe, and of its database, just before and just after each call: swept up, charged once.

The process is a fork of this one, so that it costs little; it dies where its request leaves or where its answer comes. No
notification arrives here: the sweeps alone repair what is left, which is the worst case.
"""

import datetime as dt
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

import psycopg
import pytest
import requests
import time_machine
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from booking import lifecycle
from booking.actions import disputes, holds, payment_links, payments, payouts, refunds
from booking.actions import requests as asked
from booking.models import Appointment, LedgerTransaction, Payment, PaymentLink, Refund, Status
from booking.stripe_gateway import connection as stripe_connection
from booking.tasks import expire_holds, reconcile_payments
from common.clock import now
from practitioners.models import Practitioner
from tests.booking.conftest import MERCHANT, Stripe
from tests.factories.accounts import UserFactory
from tests.factories.booking import HeldFactory, StripeAccountFactory, past_triggers
from tests.forks import WITHOUT_DATABASE, forked

pytestmark = [pytest.mark.django_db(transaction=True)]
PAID, FEE = 6000, 245
PRACTITIONER = lifecycle.By.PRACTITIONER


# Where the process or its database dies; all of them in one test, as a database written for good is costly to empty.
DEATHS = [(when, victim) for when in ("before", "after") for victim in ("process", "database")]


@dataclass
class Scene:
    """One held time after the other, with the same practitioner."""

    stripe: Stripe
    practitioner: Practitioner
    days: int = 3

    def held(self) -> Appointment:
        self.days += 1
        moment = now() + dt.timedelta(days=self.days)
        return HeldFactory(
            practitioner=self.practitioner, client=UserFactory(), advance_cents=PAID, fee_cents=FEE,
            fee_basis_points=300, fee_fixed_cents=65, starts_at=moment,
        )  # fmt: skip

    def balance(self) -> int:
        """Of the practitioner, at Stripe."""
        return self.stripe.control.balances().get(MERCHANT, 0)

    def requested(self) -> tuple[Appointment, User]:
        """On request: authorised, waiting for the practitioner's answer."""
        row = self.held()
        Appointment.objects.filter(pk=row.pk).update(on_request=True)
        payment = open_page(row)
        self.stripe.pay(row)
        payments.refresh(payment_id=payment.pk, now=now())
        assert status_of(row) == Status.REQUESTED
        return row, self.practitioner.user


@pytest.fixture
def scene(stripe: Stripe, transactional_db: None) -> Scene:
    practitioner = StripeAccountFactory(account_id=MERCHANT).practitioner
    return Scene(stripe, practitioner)


def status_of(row: Appointment) -> str:
    return Appointment.objects.get(pk=row.pk).status


def payment_of(row: Appointment) -> Payment:
    return Payment.objects.get(appointment=row)


def dying(act: Callable[[], object], *, when: str, victim: str, verb: str, path: str) -> None:
    """Carry out `act` in another process, in which the request `verb path` is the last thing that happens."""
    dsn = connection.get_connection_params()
    where = {key: dsn[key] for key in ("host", "port", "user", "password", "dbname") if dsn.get(key)}
    stripe_connection._client.cache_clear()
    send = requests.Session.request

    def end() -> None:
        if victim == "process":
            os.kill(os.getpid(), signal.SIGKILL)
        with psycopg.connect(**where, autocommit=True) as database:
            database.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

    def cut(self: requests.Session, method: str, url: str, *args: Any, **more: Any) -> Any:
        ours = method.lower() == verb and path in url
        if ours and when == "before":
            end()
        answer = send(self, method, url, *args, **more)
        if ours and when == "after":
            end()
        return answer

    with mock.patch.object(requests.Session, "request", cut):
        status = forked(act)
    if victim == "process":
        assert os.WIFSIGNALED(status), f"the call {verb} {path} was never made ({status})"
    else:
        # Without its database it either noticed, or had nothing left to write.
        assert os.WEXITSTATUS(status) in {0, WITHOUT_DATABASE}, f"the call {verb} {path} failed another way"


def swept(minutes: int = 2) -> None:
    """What beat does, some minutes later and again: twice is once."""
    for later in (minutes, minutes + 2):
        with time_machine.travel(now() + dt.timedelta(minutes=later)):
            reconcile_payments()


def open_page(row: Appointment) -> Payment:
    payments.start_checkout(appointment_id=row.pk, now=now())
    return payment_of(row)


def each(scene: Scene, one: Callable[[str, str], int]) -> None:
    """`one` death after the other; it gives back what it must have brought the practitioner."""
    for when, victim in DEATHS:
        before = scene.balance()
        expected = one(when, victim)
        assert scene.balance() - before == expected, (when, victim)


def test_the_opening_of_the_page(scene: Scene) -> None:
    def one(when: str, victim: str) -> int:
        row = scene.held()
        dying(
            lambda: payments.start_checkout(appointment_id=row.pk, now=now()),
            when=when, victim=victim, verb="post", path="/v1/checkout/sessions",
        )  # fmt: skip
        assert payment_of(row).status == Payment.Status.CREATING
        swept()
        payment = payment_of(row)
        assert payment.status == Payment.Status.OPEN
        # The same session whoever asks again: one page, one charge.
        assert payments.start_checkout(appointment_id=row.pk, now=now()) == payment.url
        scene.stripe.pay(row)
        swept(8)
        assert status_of(row) == Status.CONFIRMED
        return PAID - FEE

    each(scene, one)


def test_the_reading_of_what_was_paid(scene: Scene) -> None:
    def one(when: str, victim: str) -> int:
        row = scene.held()
        payment = open_page(row)
        scene.stripe.pay(row)
        dying(
            lambda: payments.refresh(payment_id=payment.pk, now=now()),
            when=when, victim=victim, verb="get", path="/v1/checkout/sessions/",
        )  # fmt: skip
        swept()
        assert payment_of(row).status == Payment.Status.PAID
        assert status_of(row) == Status.CONFIRMED
        return PAID - FEE

    each(scene, one)


def test_the_closing_of_the_page(scene: Scene) -> None:
    def one(when: str, victim: str) -> int:
        row = scene.held()
        open_page(row)
        later = now() + dt.timedelta(minutes=16)
        dying(
            lambda: holds.expire(appointment_id=row.pk, now=later),
            when=when, victim=victim, verb="post", path="/expire",
        )  # fmt: skip
        assert status_of(row) == Status.HELD
        with time_machine.travel(later):
            expire_holds()
        assert payment_of(row).status == Payment.Status.EXPIRED
        assert status_of(row) == Status.EXPIRED
        return 0

    each(scene, one)


def test_the_capture(scene: Scene) -> None:
    def one(when: str, victim: str) -> int:
        row, actor = scene.requested()
        dying(
            lambda: asked.accept(appointment_id=row.pk, actor=actor, now=now()),
            when=when, victim=victim, verb="post", path="/capture",
        )  # fmt: skip
        assert status_of(row) == Status.REQUESTED
        asked.accept(appointment_id=row.pk, actor=actor, now=now())
        assert status_of(row) == Status.CONFIRMED
        assert payment_of(row).status == Payment.Status.PAID
        return PAID - FEE

    each(scene, one)


def test_the_release(scene: Scene) -> None:
    def one(when: str, victim: str) -> int:
        row, actor = scene.requested()
        with mock.patch("common.tasks.enqueue"):
            asked.refuse(appointment_id=row.pk, actor=actor, now=now())
        payment = payment_of(row)
        assert payment.status == Payment.Status.RELEASING
        dying(
            lambda: payments.refresh(payment_id=payment.pk, now=now()),
            when=when, victim=victim, verb="post", path="/cancel",
        )  # fmt: skip
        swept()
        assert payment_of(row).status == Payment.Status.RELEASED
        return 0

    each(scene, one)


def test_the_refund(scene: Scene) -> None:
    def one(when: str, victim: str) -> int:
        row = scene.held()
        payment = open_page(row)
        scene.stripe.pay(row)
        payments.refresh(payment_id=payment.pk, now=now())
        with mock.patch("booking.actions.refunds.enqueue"):
            booked = Appointment.objects.get(pk=row.pk)
            with transaction.atomic():
                lifecycle.move(booked, lifecycle.Step.CANCEL_BY_PRACTITIONER, by=PRACTITIONER, now=now())
        refund = Refund.objects.get(payment=payment)
        assert refund.status == Refund.Status.PENDING
        dying(
            lambda: refunds.send(refund_id=refund.pk, now=now()),
            when=when, victim=victim, verb="post", path="/v1/refunds",
        )  # fmt: skip
        swept()
        assert Refund.objects.get(payment=payment).status == Refund.Status.DONE
        return -FEE

    each(scene, one)


def test_the_web_process_that_opens_and_reads_the_page_of_a_link(scene: Scene) -> None:
    """The whole request dies, not an action: what the client asks for again is the same page, and paid once."""

    def one(when: str, victim: str) -> int:
        row = scene.held()
        with past_triggers():
            Appointment.objects.filter(pk=row.pk).update(
                status=Status.CONFIRMED, booked_at=now(), advance_cents=0, fee_cents=0, hold_expires_at=None
            )
        link = payment_links.create(
            appointment_id=row.pk, amount_cents=PAID, message="", actor=scene.practitioner.user, now=now()
        )
        page = f"/rendez-vous/payer/{link.token}/"
        dying(lambda: Client().post(page), when=when, victim=victim, verb="post", path="/v1/checkout/sessions")
        opened = Client().post(page)
        assert opened.status_code == 302
        payment = payment_of(row)
        assert payment.url == opened["Location"]
        scene.stripe.pay(row)
        dying(
            lambda: Client().get(f"{page}?retour=1"),
            when=when, victim=victim, verb="get", path="/v1/checkout/sessions/",
        )  # fmt: skip
        swept()
        assert payment_of(row).status == Payment.Status.PAID
        assert PaymentLink.objects.get(pk=link.pk).paid_at is not None
        return PAID - FEE

    each(scene, one)


def test_the_payout_and_the_dispute_that_are_read(scene: Scene) -> None:
    """Nothing is written by halves: read again, each is there once, with its money."""

    def one(when: str, victim: str) -> int:
        row = scene.held()
        payment = open_page(row)
        scene.stripe.pay(row)
        payments.refresh(payment_id=payment.pk, now=now())
        account = payment.account
        dispute = scene.stripe.control.open_dispute(payment_of(row).payment_intent)["id"]
        dying(
            lambda: disputes.refresh(account=account, dispute_id=dispute, now=now()),
            when=when, victim=victim, verb="get", path=f"/v1/disputes/{dispute}",
        )  # fmt: skip
        for _time in range(2):
            disputes.refresh(account=account, dispute_id=dispute, now=now())
        assert LedgerTransaction.objects.filter(key__startswith=f"dispute-{dispute}", kind="dispute").count() == 1
        scene.stripe.control.decide_dispute(dispute, won=True)
        disputes.refresh(account=account, dispute_id=dispute, now=now())
        payout = scene.stripe.control.make_payout(MERCHANT)["id"]
        dying(
            lambda: payouts.refresh(account=account, payout_id=payout, now=now()),
            when=when, victim=victim, verb="get", path=f"/v1/payouts/{payout}",
        )  # fmt: skip
        for _time in range(2):
            payouts.refresh(account=account, payout_id=payout, now=now())
        assert LedgerTransaction.objects.filter(key=f"payout-{payout}").count() == 1
        return 0  # all of it went to the bank

    each(scene, one)
