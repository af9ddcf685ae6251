"""Subscriptions: begun on the hosted page, renewed by time, failed and healed, cancelled now or later."""

import calendar
import datetime as dt
import itertools

import pytest
import requests
import stripe

from demo.stripe.resources.periods import _after
from tests.factories.stripe import ACCOUNT, subscription_params

DAY = 86400
FAILS_LATER = "4000000000000341"


@pytest.fixture
def subscribe(stripe_standin, sdk):
    """Subscribes to 12,00 € a month; gives the subscription."""

    def begin(card="4242424242424242", **changed):
        session = sdk.v1.checkout.sessions.create(subscription_params(**changed))
        stripe_standin.control.pay(session.id, card)
        found = sdk.v1.checkout.sessions.retrieve(session.id).subscription
        stripe_standin.control.take()
        return sdk.v1.subscriptions.retrieve(found) if found else None

    return begin


def announced(stripe_standin):
    events = {event["id"]: event["type"] for event in stripe_standin.control.events()}
    return [events[webhook["event"]] for webhook in stripe_standin.control.take()]


def a_month_after(moment):
    when = dt.datetime.fromtimestamp(moment, dt.UTC)
    year, month = (when.year + 1, 1) if when.month == 12 else (when.year, when.month + 1)
    day = min(when.day, calendar.monthrange(year, month)[1])
    return int(when.replace(year=year, month=month, day=day).timestamp())


class TestBeginning:
    def test_shows_the_price_and_its_period_before_anything_is_paid(self, sdk):
        page = requests.get(sdk.v1.checkout.sessions.create(subscription_params()).url, timeout=5)
        assert "12,00\u00a0€ par mois" in page.text
        assert "jusqu’à la résiliation" in page.text

    def test_is_active_with_its_first_invoice_paid(self, stripe_standin, sdk, subscribe):
        begun = subscribe()
        assert (begun.status, begun.metadata.to_dict()) == ("active", {"service": "3"})
        item = begun["items"].data[0]
        assert (item.price.unit_amount, item.current_period_end) == (1200, a_month_after(item.current_period_start))
        invoice = sdk.v1.invoices.retrieve(begun.latest_invoice, {"expand": ["payments"]})
        assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 1200, "subscription_create")
        intent = sdk.v1.payment_intents.retrieve(invoice.payments.data[0].payment.payment_intent)
        assert (intent.status, intent.amount) == ("succeeded", 1200)
        assert stripe_standin.control.balances() == {"cards": -1200, "platform": 1157, "stripe": 43}
        assert sdk.v1.balance.retrieve().available[0].amount == 1157

    def test_a_declined_card_begins_nothing(self, stripe_standin, sdk, subscribe):
        assert subscribe(card="4000000000000002") is None
        assert not sdk.v1.subscriptions.list({"status": "all"}).data
        assert set(stripe_standin.control.balances().values()) == {0}

    @pytest.mark.parametrize(
        ("changed", "param"),
        [
            ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
            ({"customer": "cus_unknown", "customer_email": ""}, "customer"),
            (
                {
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {"currency": "eur", "unit_amount": 1, "product_data": {"name": "x"}},
                        }
                    ]
                },
                "line_items",
            ),
            ({"subscription_data": {"trial_period_days": 3}}, "subscription_data"),
        ],
    )
    def test_what_does_not_make_a_subscription_is_refused(self, sdk, changed, param):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sdk.v1.checkout.sessions.create(subscription_params(**changed))
        assert refused.value.param == param

    def test_belongs_to_the_platform(self, sdk, subscribe):
        begun = subscribe()
        account = sdk.v2.core.accounts.create(ACCOUNT).id
        with pytest.raises(stripe.InvalidRequestError):
            sdk.v1.subscriptions.retrieve(begun.id, None, {"stripe_account": account})


class TestRenewal:
    def test_comes_every_month(self, stripe_standin, sdk, subscribe):
        begun = subscribe()
        stripe_standin.control.advance(92 * DAY)
        invoices = sdk.v1.invoices.list({"subscription": begun.id}).data
        assert [invoice.billing_reason for invoice in invoices] == ["subscription_cycle"] * 3 + ["subscription_create"]
        assert {invoice.status for invoice in invoices} == {"paid"}
        periods = [(invoice.period_start, invoice.period_end) for invoice in reversed(invoices)]
        assert all(before[1] == after[0] for before, after in itertools.pairwise(periods))
        assert stripe_standin.control.balances()["cards"] == -4800
        assert announced(stripe_standin).count("invoice.paid") == 3

    def test_counts_months_from_the_first_day(self):
        start = int(dt.datetime(2027, 1, 31, 9, tzinfo=dt.UTC).timestamp())
        month = {"interval": "month", "interval_count": 1}
        days = [dt.datetime.fromtimestamp(_after(start, month, number), dt.UTC) for number in range(5)]
        assert [(day.month, day.day, day.hour) for day in days] == [
            (1, 31, 9),
            (2, 28, 9),
            (3, 31, 9),
            (4, 30, 9),
            (5, 31, 9),
        ]

    def test_that_fails_is_tried_again_three_times_then_ends(self, stripe_standin, sdk, subscribe):
        begun = subscribe(card=FAILS_LATER)
        stripe_standin.control.advance(31 * DAY)
        assert sdk.v1.subscriptions.retrieve(begun.id).status == "past_due"
        assert "invoice.payment_failed" in announced(stripe_standin)
        for days, status in ((3, "past_due"), (2, "past_due"), (2, "canceled")):
            stripe_standin.control.advance(days * DAY)
            assert sdk.v1.subscriptions.retrieve(begun.id).status == status
        ended = sdk.v1.subscriptions.retrieve(begun.id)
        assert ended.cancellation_details.reason == "payment_failed"
        assert sdk.v1.invoices.retrieve(ended.latest_invoice).attempt_count == 4
        assert announced(stripe_standin)[-1] == "customer.subscription.deleted"
        assert stripe_standin.control.balances()["cards"] == -1200

    def test_that_failed_is_healed_on_the_page_of_its_invoice(self, stripe_standin, sdk, subscribe):
        begun = subscribe(card=FAILS_LATER)
        stripe_standin.control.advance(31 * DAY)
        invoice = sdk.v1.invoices.list({"subscription": begun.id, "status": "open"}).data[0]
        assert "12,00\u00a0€" in requests.get(invoice.hosted_invoice_url, timeout=5).text
        url = invoice.hosted_invoice_url
        assert requests.post(url, {"card": "4000000000000002"}, timeout=5).status_code == 402
        assert requests.post(url, {"number": "12"}, timeout=5).status_code == 422
        assert "est payée" in requests.post(url, {"card": "4242424242424242"}, timeout=5).text
        assert sdk.v1.subscriptions.retrieve(begun.id).status == "active"
        stripe_standin.control.advance(31 * DAY)
        assert sdk.v1.subscriptions.retrieve(begun.id).status == "active"
        assert stripe_standin.control.balances()["cards"] == -3600

    def test_fails_after_its_card_was_changed_to_one_that_fails(self, stripe_standin, sdk, subscribe):
        begun = subscribe()
        stripe_standin.control.change_card(begun.id, FAILS_LATER)
        stripe_standin.control.advance(31 * DAY)
        assert sdk.v1.subscriptions.retrieve(begun.id).status == "past_due"


class TestEnd:
    def test_at_the_end_of_what_is_paid(self, stripe_standin, sdk, subscribe):
        begun = subscribe()
        kept = sdk.v1.subscriptions.update(begun.id, {"cancel_at_period_end": True})
        assert (kept.status, kept.cancel_at) == ("active", begun["items"].data[0].current_period_end)
        assert sdk.v1.subscriptions.update(begun.id, {"cancel_at_period_end": False}).cancel_at is None
        sdk.v1.subscriptions.update(begun.id, {"cancel_at_period_end": True})
        stripe_standin.control.advance(31 * DAY)
        assert sdk.v1.subscriptions.retrieve(begun.id).status == "canceled"
        assert stripe_standin.control.balances()["cards"] == -1200

    def test_at_once(self, stripe_standin, sdk, subscribe):
        begun = subscribe()
        assert sdk.v1.subscriptions.cancel(begun.id).status == "canceled"
        assert announced(stripe_standin) == ["customer.subscription.deleted"]
        stripe_standin.control.advance(31 * DAY)
        assert stripe_standin.control.balances()["cards"] == -1200
        assert not sdk.v1.subscriptions.list({"customer": begun.customer}).data
        with pytest.raises(stripe.InvalidRequestError):
            sdk.v1.subscriptions.cancel(begun.id)
