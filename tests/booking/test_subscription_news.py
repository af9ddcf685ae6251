"""News of subscriptions in any order, twice or never, forged or of somebody else: one end, the same cents."""

import datetime as dt
import json
import random
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from booking import tasks
from booking.actions import accounts_by_mail, reconciliation
from booking.ledger import PLATFORM, post, subscriber
from booking.ledger.verification import verify
from booking.models import AccountsSent, ServiceSubscription, StripeEvent, SubscriptionPayment, SubscriptionRefund
from booking.subscription_terms import serves_from
from common.clock import PARIS, now
from common.models import OutboxMessage
from tests.booking.subscription_world import DAY, FAILS_LATER, World, types, world
from tests.factories.booking import past_triggers
from tests.factories.paid_services import make_service
from tests.factories.practitioners import PractitionerFactory
from tests.plugins.people import sign_in_fully

__all__ = ["world"]
pytestmark = pytest.mark.django_db
OFFICE = "/espace-praticien/"


@pytest.mark.parametrize("seed", range(4))
def test_the_same_news_in_any_order_and_twice_lead_to_the_same_end(world: World, seed: int) -> None:
    world.choose()
    row = ServiceSubscription.objects.get()
    world.stripe.control.pay(row.session_id or "", FAILS_LATER)
    stripe_id = world.stripe.control.banks()["subscriptions"][0]["id"]
    world.stripe.control.renew(stripe_id)
    for days in (3, 2, 2):
        world.stripe.control.advance(days * DAY)
    world.news(keep=True)
    assert "customer.subscription.deleted" in types(world.kept)
    order = world.kept * 2
    random.Random(seed).shuffle(order)
    for item in order:
        assert world.visitor.webhook(item).status_code == 200
    tasks.process_pending_events()
    row = world.again(row)
    assert (row.state, row.payments.count()) == ("ended", 1)
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    world.same_cents()
    # Told once each.
    keys = list(OutboxMessage.objects.filter(key__startswith="subscription-").values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 2


def test_news_that_overtakes_the_answer_waits_for_it(world: World) -> None:
    world.choose()
    row = ServiceSubscription.objects.get()
    world.stripe.control.pay(row.session_id or "")
    ServiceSubscription.objects.filter(pk=row.pk).update(session_id=None)
    world.news()
    assert world.again(row).state == "open"
    assert StripeEvent.objects.filter(processed_at=None).exists()
    ServiceSubscription.objects.filter(pk=row.pk).update(session_id=row.session_id)
    StripeEvent.objects.filter(processed_at=None).update(next_attempt_at=now())
    tasks.process_pending_events()
    tasks.keep_subscriptions()
    assert world.again(row).state == "active"
    world.same_cents()


def test_a_forged_notification_is_refused(world: World) -> None:
    world.choose()
    row = ServiceSubscription.objects.get()
    body = json.dumps({"id": "evt_1", "type": "invoice.paid", "data": {"object": {"id": "in_1"}}})
    header = world.stripe.header(body, secret="whsec_other")
    answer = world.visitor.post(
        "/webhooks/stripe/", body.encode(), content_type="application/json", HTTP_STRIPE_SIGNATURE=header
    )
    assert answer.status_code == 400
    assert world.again(row).state == "open"


def test_what_a_notification_says_is_not_believed(world: World) -> None:
    """Signed, but telling of a payment that Stripe does not have."""
    world.choose()
    row = ServiceSubscription.objects.get()
    told = {"id": "sub_invented", "status": "active", "metadata": {"service_subscription": row.reference}}
    body = json.dumps({"id": "evt_2", "type": "customer.subscription.created", "data": {"object": told}})
    answer = world.visitor.post(
        "/webhooks/stripe/",
        body.encode(),
        content_type="application/json",
        HTTP_STRIPE_SIGNATURE=world.stripe.header(body),
    )
    assert answer.status_code == 200
    assert world.again(row).state == "open"
    assert not SubscriptionPayment.objects.exists()


def test_the_session_of_another_practitioner_pays_nothing_here(world: World) -> None:
    mine = world.choose()
    assert mine.status_code == 302
    row = ServiceSubscription.objects.get()
    other = PractitionerFactory()
    world.visitor.client = Client()
    sign_in_fully(world.visitor.client, other.user)
    world.begin(news=False)
    theirs = ServiceSubscription.objects.get(subscriber__practitioner=other)
    # Even if our row were made to name it.
    session = theirs.session_id
    ServiceSubscription.objects.filter(pk=theirs.pk).update(session_id=None)
    ServiceSubscription.objects.filter(pk=row.pk).update(session_id=session)
    sign_in_fully(world.visitor.client, world.practitioner.user)
    world.visitor.get(f"{OFFICE}abonnements/{row.reference}/?retour=1")
    assert world.again(row).state == "open"
    assert not SubscriptionPayment.objects.exists()


def test_somebody_elses_subscription_is_not_found(world: World) -> None:
    row = world.begin()
    other = PractitionerFactory()
    stranger = Client()
    sign_in_fully(stranger, other.user)
    page = f"{OFFICE}abonnements/{row.reference}/"
    for path in (page, f"{page}?retour=1", f"{page}resilier/", f"{page}retractation/"):
        assert stranger.get(path).status_code == 404
    for path in ("resilier/", "garder/", "retractation/", "comptable/"):
        assert stranger.post(f"{page}{path}", {"montant": "900", "address": "a@b.fr"}).status_code == 404
    assert world.again(row).state == "active"


NASTY = ["", "\0", "é" * 10_000, "🧘", "\u202eabc", "<b>x</b>", "1e400", "-1", "9" * 30, "None"]


@pytest.mark.parametrize("bad", NASTY)
def test_nothing_typed_breaks_a_page(world: World, bad: str) -> None:
    assert world.choose(version=bad or " ").status_code == (400 if "\0" in bad else 409)
    assert world.visitor.get(f"{OFFICE}services-optionnels/nobody/").status_code == 404
    row = world.begin()
    assert world.ask(row, "retractation/", montant=bad).status_code == (400 if "\0" in bad else 409)
    assert world.ask(row, "comptable/", address=bad).status_code == (400 if "\0" in bad else 422)
    assert world.again(row).state == "active"


def test_each_difference_is_named(world: World) -> None:
    row = world.begin()
    payment = row.payments.get()

    def codes() -> list[str]:
        return [each.code for each in verify(now=now())]

    assert codes() == []
    card = subscriber(world.practitioner.pk)
    for before, after, found in (
        (str(card), "subscriber:999999", ["subscription"]),
        ("subscriber:999999", str(card), []),
    ):
        with past_triggers(), connection.cursor() as cursor:
            cursor.execute("update booking_ledgerline set account = %s where account = %s", [after, before])
        assert codes() == found
    post(kind="subscription", key="subscription-payment-0", at=now(), lines={card: -5, PLATFORM: 5})
    assert codes() == ["subscription"]
    post(kind="sub_refund", key="subscription-refund-0", at=now(), lines={card: 5, PLATFORM: -5})
    assert codes() == ["subscription", "subscription_refund"]
    SubscriptionRefund.objects.create(
        payment=payment, amount_cents=100, cause="over", status="done", ordered_at=now(), settled_at=now()
    )
    assert codes() == ["subscription", "subscription_refund", "subscription_refund"]


def test_reconciliation_finds_what_no_news_told(world: World) -> None:
    row = world.begin()
    world.stripe.control.renew(row.stripe_id or "")
    world.stripe.control.take()
    report = reconciliation.run(now=now())
    assert (report.count, row.payments.count()) == (0, 2), report.differences
    world.same_cents()


def test_the_accounts_of_a_month_go_once_to_the_address_that_was_chosen(world: World) -> None:
    row = world.begin(at_once=True)
    assert world.ask(row, "comptable/", address="compta@exemple.fr").status_code == 302
    next_month = (now().astimezone(PARIS).replace(day=1) + dt.timedelta(days=32)).replace(day=3, hour=7)
    for days in (-1, 0, 1):
        with time_machine.travel(next_month + dt.timedelta(days=days)):
            tasks.serve_subscriptions()
    sent = [each for each in AccountsSent.objects.all() if each.month == _month_before(next_month)]
    (one,) = sent
    assert one.sent_to == "compta@exemple.fr"
    mail = OutboxMessage.objects.get(key=f"accounts-{row.reference}-{one.month:%Y%m}")
    assert mail.attachments[0]["name"].startswith("factures-")
    invoice = row.payments.get().invoice
    assert invoice is not None
    assert invoice.number in mail.attachments[0]["text"]
    assert OutboxMessage.objects.filter(key__contains="-address-").count() == 1


def _month_before(moment: Any) -> Any:
    return (moment.date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def test_the_service_waits_for_the_end_of_the_14_days_unless_asked(world: World) -> None:
    row = world.begin()
    begins = serves_from(row)
    assert begins is not None
    assert accounts_by_mail.due(now=begins - dt.timedelta(minutes=1)) == []


def test_pages_ask_little_of_the_database(world: World, django_assert_max_num_queries: Any) -> None:
    row = world.begin()
    for _time in range(3):
        world.stripe.control.renew(row.stripe_id or "")
    world.news()
    for _number in range(4):
        make_service()
    with django_assert_max_num_queries(30):
        assert world.visitor.client.get(f"{OFFICE}services-optionnels/").status_code == 200
    with django_assert_max_num_queries(26):
        assert world.visitor.client.get(f"{OFFICE}abonnements/{row.reference}/").status_code == 200
