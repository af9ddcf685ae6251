"""Optional paid services (M8): price and terms shown, subscribed explicitly, frozen, cancellable online, and every cent accounted for."""

import datetime as dt
from typing import Any

import pytest
import requests
import time_machine
from django.db import Error, IntegrityError, transaction

from booking.actions import subscription_ends, subscription_money, subscriptions
from booking.models import (
    Invoice,
    PaidServiceVersion,
    ServiceSubscription,
    SubscriptionEvent,
    SubscriptionPayment,
    SubscriptionRefund,
    Withdrawal,
)
from booking.stripe_gateway import connection
from booking.tasks import keep_subscriptions, serve_subscriptions
from common.clock import now
from common.models import OutboxMessage
from demo.stripe.client import ControlRefused
from tests.booking.subscription_world import DAY, FAILS_LATER, GOOD, World, world
from tests.factories.paid_services import make_service, make_service_version

__all__ = ["world"]
pytestmark = pytest.mark.django_db
NB = "\u00a0"


def mails(what: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(key__startswith="subscription-", key__contains=f"-{what}").order_by("pk"))


def test_subscribing_takes_a_choice_and_an_agreement_then_runs(world: World) -> None:
    shown = world.visitor.get(world.page()).content.decode()
    assert f"S’abonner et payer 9,00{NB}€ par mois" in shown
    assert "Il se résilie en ligne." in shown
    row = world.begin()
    assert (row.state, row.version.price_cents, row.starts_at_once) == ("active", 900, False)
    assert row.agreement.count("[x]") == 1
    payment = row.payments.get()
    assert (payment.amount_cents, payment.stripe_fee_cents) == (900, 39)
    assert payment.invoice is not None
    assert (payment.invoice.kind, payment.invoice.gross_cents, payment.invoice.vat_cents) == ("service", 900, 150)
    assert payment.invoice.due_cents == 0
    world.same_cents()
    (mail,) = mails("begun")
    assert mail.to == world.practitioner.user.email
    assert row.version.terms in mail.text
    assert row.version.terms_sha256 in mail.text
    page = world.ask(row).content.decode()
    assert payment.invoice.number in page
    assert "Prochain paiement" in page


def test_without_the_box_nothing_is_agreed_to(world: World) -> None:
    answer = world.choose(agree="")
    assert answer.status_code == 422
    assert not ServiceSubscription.objects.exists()


def test_what_is_shown_is_what_is_agreed_to(world: World) -> None:
    """The price changed between the page and the press: the new one is shown, nothing is subscribed to."""
    old = world.service.versions.get()
    make_service_version(world.service, cents=1100, valid_from=now() + dt.timedelta(seconds=30))
    with time_machine.travel(now() + dt.timedelta(minutes=1)):
        answer = world.choose(version=old.pk)
        assert answer.status_code == 409
        assert f"11,00{NB}€ par mois" in answer.content.decode()
    assert not ServiceSubscription.objects.exists()


def test_a_new_price_does_not_touch_a_running_subscription(world: World) -> None:
    row = world.begin()
    make_service_version(world.service, cents=1500, valid_from=now() + dt.timedelta(seconds=1))
    world.stripe.control.renew(row.stripe_id or "")
    world.news()
    assert sorted(row.payments.values_list("amount_cents", flat=True)) == [900, 900]
    world.same_cents()


def test_a_declined_card_begins_nothing_and_one_may_try_again(world: World) -> None:
    row = world.begin(card="4000000000000002")
    assert row.state == "open"
    assert world.ask(row).status_code == 200
    again = world.begin()
    assert (again.pk, again.state) == (row.pk, "active")
    world.same_cents()


def test_pressing_twice_is_one_subscription_and_one_page(world: World) -> None:
    first, second = world.choose(), world.choose()
    assert first["Location"] == second["Location"]
    row = ServiceSubscription.objects.get()
    world.stripe.control.pay(row.session_id or "")
    third = world.choose()
    assert third["Location"].endswith(f"/abonnements/{row.reference}/")
    assert world.again(row).state == "active"


def test_another_choice_closes_the_page_of_the_first(world: World) -> None:
    world.choose()
    world.choose(at_once=True)
    before, after = ServiceSubscription.objects.order_by("pk")
    assert (before.state, after.state, after.starts_at_once) == ("abandoned", "open", True)
    with pytest.raises(ControlRefused):
        world.stripe.control.pay(before.session_id or "")


def test_coming_back_proves_nothing_and_reads_the_truth(world: World) -> None:
    world.choose()
    row = ServiceSubscription.objects.get()
    back = world.visitor.get(f"/espace-praticien/abonnements/{row.reference}/?retour=1")
    assert "n’est pas encore arrivé" in back.content.decode()
    world.stripe.control.pay(row.session_id or "")
    world.stripe.control.take()
    world.visitor.get(f"/espace-praticien/abonnements/{row.reference}/?retour=1")
    assert world.again(row).state == "active"
    world.same_cents()


def test_cancelling_takes_as_many_clicks_and_keeps_what_is_paid(world: World) -> None:
    row = world.begin()
    assert world.visitor.get(f"/espace-praticien/abonnements/{row.reference}/resilier/").status_code == 200
    assert world.ask(row, "resilier/").status_code == 302
    row = world.again(row)
    assert (row.state, row.ends_with_period, row.told_stripe) == ("active", True, True)
    assert len(mails("cancelled")) == 1
    world.ask(row, "garder/")
    assert not world.again(row).ends_with_period
    world.ask(row, "resilier/")
    world.stripe.control.renew(row.stripe_id or "")
    world.news()
    row = world.again(row)
    assert (row.state, row.payments.count()) == ("ended", 1)
    assert len(mails("ended")) == 1
    assert world.ask(row, "garder/").status_code == 409
    world.same_cents()
    again = world.begin()
    assert again.pk != row.pk
    assert again.state == "active"


def test_a_cancellation_waits_for_nobody(world: World) -> None:
    """Stripe is silent: what the subscriber wants is kept, and told as soon as Stripe answers."""
    row = world.begin()
    world.stripe.control.fail_requests(when="before", kind="error", count=10, path="/v1/subscriptions")
    assert world.ask(row, "resilier/").status_code == 302
    assert (world.again(row).ends_with_period, world.again(row).told_stripe) == (True, False)
    world.stripe.control.clear_faults()
    keep_subscriptions()
    assert world.again(row).told_stripe
    world.stripe.control.renew(row.stripe_id or "")
    keep_subscriptions()
    world.news()
    assert world.again(row).state == "ended"


@pytest.mark.parametrize(("at_once", "back"), [(False, 900), (True, 900 - 150)])
def test_withdrawing_gives_back_all_or_what_the_days_leave(world: World, at_once: bool, back: int) -> None:
    row = world.begin(at_once=at_once)
    payment = row.payments.get()
    length = (payment.period_end - payment.period_start).days
    gone = round(length / 6)
    back = 900 if not at_once else 900 - round(900 * gone / length)
    with time_machine.travel(now() + dt.timedelta(days=gone, hours=1)):
        page = world.visitor.get(f"/espace-praticien/abonnements/{row.reference}/retractation/")
        assert page.context["found"].refund == back
        changed = world.ask(row, "retractation/", montant=str(back + 1))
        assert changed.status_code == 409
        assert world.ask(row, "retractation/", montant=str(back)).status_code == 302
    row = world.again(row)
    assert (row.state, row.withdrawn_at is not None) == ("ended", True)
    refund = SubscriptionRefund.objects.get()
    assert (refund.amount_cents, refund.status) == (back, "done")
    assert refund.credit_note is not None
    assert (refund.credit_note.credit_of, refund.credit_note.gross_cents) == (payment.invoice, back)
    declaration = Withdrawal.objects.get()
    assert (declaration.subscription, declaration.refund_cents, declaration.owed_cents) == (row, back, 900 - back)
    (receipt,) = OutboxMessage.objects.filter(template="money/withdrawal_receipt")
    assert receipt.to == world.practitioner.user.email
    assert row.service_name in receipt.text
    assert [part["content_type"] for part in receipt.attachments] == ["application/pdf"]
    assert not mails("ended")
    world.news()
    world.same_cents()


def test_after_the_14_days_one_may_only_cancel(world: World) -> None:
    row = world.begin()
    with time_machine.travel(now() + dt.timedelta(days=20)):
        assert world.ask(row, "retractation/", montant="900").status_code == 302
        assert world.again(row).withdrawn_at is None


def test_a_renewal_that_fails_says_where_to_pay_and_heals(world: World) -> None:
    row = world.begin(card=FAILS_LATER)
    world.stripe.control.renew(row.stripe_id or "")
    world.news()
    row = world.again(row)
    assert (row.state, row.unpaid_cents) == ("past_due", 900)
    (mail,) = mails("failed")
    assert row.pay_url in mail.text
    page = world.ask(row).content.decode()
    assert row.pay_url in page
    assert "Payer votre abonnement" in world.visitor.get("/espace-praticien/").content.decode()
    assert "est payée" in requests.post(row.pay_url, {"card": GOOD}, timeout=5).text
    world.news()
    row = world.again(row)
    assert (row.state, row.pay_url, row.payments.count()) == ("active", "", 2)
    world.same_cents()


def test_a_renewal_that_is_never_paid_ends_it(world: World) -> None:
    row = world.begin(card=FAILS_LATER)
    world.stripe.control.renew(row.stripe_id or "")
    for days in (3, 2, 2):
        world.stripe.control.advance(days * DAY)
    world.news()
    row = world.again(row)
    assert (row.state, row.payments.count()) == ("ended", 1)
    assert "rien n’est dû" in mails("ended")[0].text.lower()
    world.same_cents()


def test_what_is_paid_once_it_is_over_goes_back(world: World) -> None:
    row = world.begin(card=FAILS_LATER)
    world.stripe.control.renew(row.stripe_id or "")
    world.news()
    pay_url = world.again(row).pay_url
    world.stripe.control.fail_requests(when="before", kind="error", count=9, method="POST", path="/v1/invoices")
    world.ask(row, "resilier/")
    world.stripe.control.clear_faults()
    world.stripe.control.advance(60)
    assert "est payée" in requests.post(pay_url, {"card": GOOD}, timeout=5).text
    world.news()
    assert row.payments.count() == 2
    refund = SubscriptionRefund.objects.get()
    assert (refund.amount_cents, refund.status, refund.credit_note is not None) == (900, "done", True)
    assert refund.cause == "over"
    world.same_cents()


def test_cancelling_what_is_late_ends_it_at_once_and_nobody_can_pay_it_any_more(world: World) -> None:
    row = world.begin(card=FAILS_LATER)
    world.stripe.control.renew(row.stripe_id or "")
    world.news()
    pay_url = world.again(row).pay_url
    world.ask(row, "resilier/")
    row = world.again(row)
    assert (row.state, row.pay_url, row.unpaid_cents) == ("ended", "", 0)
    assert "est payée" not in requests.post(pay_url, {"card": GOOD}, timeout=5).text
    world.news()
    assert row.payments.count() == 1
    assert "rien n’est dû" in mails("ended")[0].text.lower()
    world.same_cents()


def test_an_invoice_left_open_at_the_end_is_closed_by_the_sweep(world: World) -> None:
    row = world.begin(card=FAILS_LATER)
    world.stripe.control.renew(row.stripe_id or "")
    world.news()
    world.stripe.control.fail_requests(when="before", kind="error", count=9, method="POST", path="/v1/invoices")
    world.ask(row, "resilier/")
    pay_url = world.again(row).pay_url
    assert (world.again(row).state, bool(pay_url)) == ("ended", True)
    world.stripe.control.clear_faults()
    keep_subscriptions()
    assert world.again(row).pay_url == ""
    assert "est payée" not in requests.post(pay_url, {"card": GOOD}, timeout=5).text


def test_without_any_news_the_sweep_finds_payments_renewals_and_ends(world: World) -> None:
    world.choose()
    row = ServiceSubscription.objects.get()
    world.stripe.control.pay(row.session_id or "")
    with time_machine.travel(now() + dt.timedelta(minutes=20)):
        keep_subscriptions()
        assert world.again(row).state == "active"
    world.stripe.control.renew(world.again(row).stripe_id or "")
    with time_machine.travel(now() + dt.timedelta(hours=7)):
        keep_subscriptions()
    assert row.payments.count() == 2
    world.same_cents()


def test_a_page_that_nobody_paid_is_given_up_for_certain(world: World) -> None:
    world.choose()
    row = ServiceSubscription.objects.get()
    world.stripe.control.advance(3 * 3600)
    with time_machine.travel(now() + dt.timedelta(hours=3)):
        keep_subscriptions()
    assert world.again(row).state == "abandoned"
    assert world.ask(row).status_code == 404


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["error", "timeout"])
def test_a_lost_answer_charges_once(world: World, when: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(connection, "TIMEOUT_SECONDS", 1)
        connection._client.cache_clear()
        world.stripe.control.fail_requests(
            when=when, kind=kind, count=1, seconds=2, method="POST", path="/v1/checkout/sessions"
        )
        assert world.choose().status_code == 503
    connection._client.cache_clear()
    row = world.begin()
    assert ServiceSubscription.objects.count() == 1
    assert (row.state, row.payments.count()) == ("active", 1)
    world.same_cents()


def test_a_yearly_renewal_is_announced_once_between_three_months_and_one_before(world: World) -> None:
    yearly = make_service(cents=9000, interval="year", delivered_by="people")
    row = world.begin(service=yearly)
    assert row.period_end is not None
    for days in (120, 74, 60, 20):
        with time_machine.travel(row.period_end - dt.timedelta(days=days)):
            serve_subscriptions()
            told = len(mails("renewal"))
            assert told == (0 if days > 90 else 1)
    assert len(mails("work")) == 1


def test_an_offer_that_ends_leaves_those_who_have_it(world: World) -> None:
    row = world.begin()
    world.service.is_offered = False
    world.service.save()
    assert world.ask(row).status_code == 200
    other = make_service(is_offered=False)
    assert world.visitor.get(world.page(other)).status_code == 404
    assert world.choose(service=other).status_code == 404


def test_without_the_facts_of_an_invoice_it_waits_and_comes(world: World, settings: Any) -> None:
    identity = settings.PLATFORM_IDENTITY
    settings.PLATFORM_IDENTITY = {**identity, "siret": ""}
    row = world.begin()
    assert row.payments.get().invoice is None
    settings.PLATFORM_IDENTITY = identity
    keep_subscriptions()
    assert row.payments.get().invoice is not None
    world.same_cents()


def refused(change: Any) -> None:
    with pytest.raises(Error), transaction.atomic():
        change()


def test_the_database_keeps_what_was_agreed_to(world: World) -> None:
    row = world.begin()
    rows = ServiceSubscription.objects.filter(pk=row.pk)
    refused(lambda: rows.update(agreement="autre"))
    refused(lambda: rows.update(stripe_id="sub_other"))
    refused(lambda: rows.update(state="open"))
    refused(lambda: rows._raw_delete(rows.db))
    refused(lambda: PaidServiceVersion.objects.all()._raw_delete(rows.db))
    refused(lambda: SubscriptionPayment.objects.update(amount_cents=1))
    refused(lambda: SubscriptionPayment.objects.update(invoice=None))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_service_version(world.service, valid_from=now() - dt.timedelta(hours=1))


def test_the_database_refuses_to_give_back_more_than_was_paid(world: World) -> None:
    payment = world.begin().payments.get()
    SubscriptionRefund.objects.create(payment=payment, amount_cents=600, cause="over", ordered_at=now())
    refused(
        lambda: SubscriptionRefund.objects.create(payment=payment, amount_cents=301, cause="over", ordered_at=now())
    )


def test_each_step_is_kept(world: World) -> None:
    row = world.begin()
    world.ask(row, "resilier/")
    steps = list(SubscriptionEvent.objects.filter(subscription=row).values_list("step", flat=True))
    assert steps == ["open", "begin", "cancel"]
    assert Invoice.objects.filter(kind="service").count() == 1
    assert subscription_money.unfinished() == []
    assert subscription_ends.to_tell() == []
    assert subscriptions.to_read_again(now=now()) == []
