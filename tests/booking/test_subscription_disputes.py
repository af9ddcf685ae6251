"""A paid period contested at the subscriber's bank: to the cent in the books, told to the operator, in any order; and gestures."""

import datetime as dt
import random
from typing import Any

import pytest
import time_machine
from django.db import Error, transaction
from django.test import Client

from accounts.roles import Role
from booking import tasks
from booking.actions import reconciliation, subscription_disputes
from booking.ledger import PLATFORM, post, subscriber
from booking.ledger.verification import verify
from booking.models import Invoice, ServiceSubscription, SubscriptionDispute, SubscriptionPayment, SubscriptionRefund
from booking.tasks import keep_subscriptions, serve_subscriptions
from common.clock import now
from common.models import OutboxMessage
from tests.booking.subscription_world import World, world
from tests.factories.accounts import UserFactory
from tests.plugins.people import say_why, sign_in_fully

__all__ = ["world"]
pytestmark = pytest.mark.django_db
NB = "\u00a0"


def told(world: World) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(template="money/paid_service_dispute").order_by("pk"))


def contested(world: World, **how: Any) -> tuple[ServiceSubscription, SubscriptionDispute]:
    row = world.begin()
    world.stripe.control.open_dispute(row.payments.get().payment_intent, **how)
    world.news()
    return world.again(row), SubscriptionDispute.objects.get()


def test_a_period_taken_back_by_the_bank_is_in_the_books_and_told_to_the_operator(world: World, settings: Any) -> None:
    row, dispute = contested(world, reason="fraudulent")
    assert (dispute.status, dispute.amount_cents, dispute.stripe_fee_cents) == ("needs_response", 900, 2000)
    world.same_cents()
    assert world.cents()["cards"] == 0
    (mail,) = told(world)
    assert mail.to == settings.PLATFORM_IDENTITY["email"]
    for words in (
        row.reference,
        f"9,00{NB}€",
        "dit ne pas avoir fait ce paiement",
        f"/cms/services-optionnels/abonnement/{row.reference}/",
    ):
        assert words in mail.text
    # Whoever contests is not charged again, and may think better of it.
    assert (row.state, row.ends_with_period) == ("active", True)
    assert world.ask(row, "garder/").status_code == 302


@pytest.mark.parametrize(("won", "cards"), [(True, -900), (False, 0)])
def test_won_the_money_is_back_lost_it_stays_with_the_subscriber(world: World, won: bool, cards: int) -> None:
    _row, dispute = contested(world)
    world.stripe.control.decide_dispute(dispute.dispute_id, won=won)
    world.news()
    dispute.refresh_from_db()
    assert (dispute.status, dispute.closed_at is not None) == ("won" if won else "lost", True)
    world.same_cents()
    assert world.cents()["cards"] == cards
    assert len(told(world)) == 2


@pytest.mark.parametrize("seed", range(3))
def test_the_news_in_any_order_and_twice_are_one_dispute(world: World, seed: int) -> None:
    row = world.begin(news=False)
    stripe_id = world.stripe.control.banks()["subscriptions"][0]["id"]
    assert stripe_id
    intent = world.stripe.control.banks()["charges"][0]["payment_intent"]
    dispute = world.stripe.control.open_dispute(intent)
    world.stripe.control.decide_dispute(dispute["id"], won=True)
    world.news(keep=True)
    order = world.kept * 2
    random.Random(seed).shuffle(order)
    for item in order:
        assert world.visitor.webhook(item).status_code == 200
    with time_machine.travel(now() + dt.timedelta(hours=1)):
        tasks.process_pending_events()
        tasks.process_pending_events()
    assert (world.again(row).state, SubscriptionDispute.objects.get().status) == ("active", "won")
    world.same_cents()


@pytest.mark.parametrize("by", ["morning", "reconciliation"])
def test_without_any_news_it_is_found(world: World, by: str) -> None:
    row = world.begin()
    world.stripe.control.open_dispute(row.payments.get().payment_intent)
    world.stripe.control.take()
    serve_subscriptions() if by == "morning" else reconciliation.run(now=now())
    dispute = SubscriptionDispute.objects.get()
    world.stripe.control.decide_dispute(dispute.dispute_id, won=False)
    world.stripe.control.take()
    with time_machine.travel(now() + dt.timedelta(hours=7)):
        keep_subscriptions()
    dispute.refresh_from_db()
    assert dispute.status == "lost"
    world.same_cents()


def test_of_what_the_bank_holds_nothing_is_given_back_twice(world: World) -> None:
    """Withdrawn from meanwhile: the bank has it; once the dispute is won, what the law gave goes back, once."""
    row, dispute = contested(world)
    page = world.visitor.get(f"/espace-praticien/abonnements/{row.reference}/retractation/")
    assert page.context["found"].refund == 0
    assert world.ask(row, "retractation/", montant="0").status_code == 302
    assert not SubscriptionRefund.objects.exists()
    world.stripe.control.decide_dispute(dispute.dispute_id, won=True)
    world.news()
    subscription_disputes.refresh(dispute_id=dispute.dispute_id, now=now())
    refund = SubscriptionRefund.objects.get()
    assert (refund.amount_cents, refund.cause, refund.status) == (900, "withdrawal", "done")
    world.same_cents()
    assert world.cents()["cards"] == 0


def test_a_dispute_of_what_is_not_ours_is_left_alone(world: World) -> None:
    row = world.begin()
    other = world.stripe.control.open_dispute(row.payments.get().payment_intent)
    world.stripe.control.take()
    SubscriptionPayment.objects.update(invoice=row.payments.get().invoice)
    found = subscription_disputes.stripe_gateway.read_dispute("", other["id"])
    stranger = found.__class__(**{**found.__dict__, "payment_intent": "pi_of_nobody"})
    assert subscription_disputes.settle(found=stranger, fee_cents=0, now=now()) is None
    empty = found.__class__(**{**found.__dict__, "payment_intent": ""})
    assert subscription_disputes.settle(found=empty, fee_cents=0, now=now()) is None
    assert not SubscriptionDispute.objects.exists()


def test_each_difference_of_a_dispute_is_named(world: World) -> None:
    _row, dispute = contested(world)

    def codes() -> list[str]:
        return [each.code for each in verify(now=now(), only="subscription_dispute")]

    assert codes() == []
    SubscriptionDispute.objects.update(status="won")
    assert codes() == ["subscription_dispute"]
    SubscriptionDispute.objects.update(status="lost")
    assert codes() == []
    mark = f"subscription-dispute-{dispute.dispute_id}-won"
    post(kind="sub_dispute", key=mark, at=now(), lines={subscriber(999_999): -900, PLATFORM: 900})
    assert codes() == ["subscription_dispute"] * 2


def test_the_database_keeps_what_is_contested(world: World) -> None:
    _row, dispute = contested(world)
    rows = SubscriptionDispute.objects.filter(pk=dispute.pk)
    for change in (
        lambda: rows.update(amount_cents=1),
        lambda: rows.update(stripe_fee_cents=1),
        lambda: rows.delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


# What the operator gives back


def desk(world: World, row: ServiceSubscription) -> Client:
    client = Client()
    sign_in_fully(client, UserFactory(roles=[Role.OPERATOR]))
    say_why(client, f"/cms/services-optionnels/abonnement/{row.reference}/")
    return client


def test_the_operator_gives_back_a_part_with_a_reason_that_the_subscriber_reads(world: World) -> None:
    row = world.begin()
    client = desk(world, row)
    payment = row.payments.get()
    address = f"/cms/services-optionnels/abonnement/{row.reference}/"
    assert f'href="{address}"' in client.get("/cms/abonnements/").content.decode()
    page = client.get(address)
    assert page.status_code == 200
    assert 'value="9,00"' in page.content.decode()
    sent = {"amount": "3,50", "left": "900", "reason": "Panne de trois jours"}
    assert client.post(f"{address}rembourser/{payment.pk}/", sent).status_code == 302
    refund = SubscriptionRefund.objects.get()
    assert (refund.amount_cents, refund.cause, refund.reason) == (350, "goodwill", "Panne de trois jours.")
    assert refund.decided_by is not None
    keep_subscriptions()
    refund.refresh_from_db()
    assert refund.status == "done"
    assert refund.credit_note is not None
    assert (refund.credit_note.gross_cents, "Panne de trois jours" in refund.credit_note.reason) == (350, True)
    mail = OutboxMessage.objects.get(key__contains="-refunded-")
    assert (mail.to, "Panne de trois jours." in mail.text) == (world.practitioner.user.email, True)
    assert world.again(row).state == "active"
    world.same_cents()
    # Pressed a second time with what the page said before: shown anew, nothing more goes back.
    again = client.post(f"{address}rembourser/{payment.pk}/", sent)
    assert (again.status_code, SubscriptionRefund.objects.count()) == (409, 1)
    assert 'value="550"' in again.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "9,01"}, {"amount": "0"}, {"amount": "-1"}, {"amount": "1" * 10_000}, {"amount": "\u202e😀"},
        {"reason": ""}, {"reason": "x" * 10_000}, {"left": "9" * 40}, {"left": ""},
    ],
)  # fmt: skip
def test_bad_input_gives_nothing_back_and_keeps_what_was_typed(world: World, typed: dict[str, str]) -> None:
    row = world.begin()
    client = desk(world, row)
    address = f"/cms/services-optionnels/abonnement/{row.reference}/rembourser/{row.payments.get().pk}/"
    answer = client.post(address, {"amount": "2", "reason": "Un geste", "left": "900"} | typed)
    assert (answer.status_code, SubscriptionRefund.objects.count()) == (422, 0)
    if "reason" not in typed:
        assert "Un geste" in answer.content.decode()


def test_only_the_operator_and_only_of_that_subscription(world: World, login_as: Any, client: Client) -> None:
    row = world.begin()
    other = desk(world, row)
    address = f"/cms/services-optionnels/abonnement/{row.reference}/"
    sent = {"amount": "1", "left": "900", "reason": "Un geste"}
    for pk in (0, 10**18, row.payments.get().pk + 1):
        assert other.post(f"{address}rembourser/{pk}/", sent).status_code == 404
    assert other.get("/cms/services-optionnels/abonnement/NOBODY/").status_code == 404
    login_as(Role.EDITOR)
    assert client.get(address).status_code in {302, 403}
    assert client.post(f"{address}rembourser/{row.payments.get().pk}/", sent).status_code in {302, 403}
    assert not SubscriptionRefund.objects.exists()


def test_a_contested_payment_offers_nothing_to_give_back(world: World) -> None:
    row, _dispute = contested(world)
    client = desk(world, row)
    address = f"/cms/services-optionnels/abonnement/{row.reference}/"
    page = client.get(address).content.decode()
    assert "rembourser/" not in page
    assert "À répondre avant" in page or "Y répondre avant" in page
    sent = {"amount": "1", "left": "900", "reason": "Un geste"}
    assert client.post(f"{address}rembourser/{row.payments.get().pk}/", sent).status_code == 422
    home = client.get("/cms/").content.decode()
    assert address in home
    figures = client.get("/cms/services-optionnels/chiffres/").content.decode()
    assert f"9,00{NB}€" in figures
    assert Invoice.objects.filter(credit_of__isnull=False).count() == 0
