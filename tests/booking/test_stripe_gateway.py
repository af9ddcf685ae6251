"""What the gateway reads of Stripe about disputes, payouts and movements, against the stand-in."""

import datetime as dt

import pytest

from booking import stripe_gateway as gateway
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.clock import now

SITE = "http://site.test/"


@pytest.fixture
def pay(stripe):
    """Takes an amount on the merchant's account as the site does; gives the payment intent's id."""

    def pay_for(amount=6000, fee=245, card="4242424242424242"):
        session = gateway.open_checkout(
            account=stripe.account,
            amount_cents=amount,
            fee_cents=fee,
            label="Première séance",
            email="lea@exemple.fr",
            expires_at=now() + dt.timedelta(hours=1),
            manual_capture=False,
            success_url=SITE,
            cancel_url=SITE,
            metadata={"appointment": "42"},
            key="",
        )
        return stripe.control.pay(session.id, card)["id"]

    return pay_for


def refund(stripe, intent, amount, mark="7", returns_fee=False):
    return gateway.refund(
        account=stripe.account,
        payment_intent=intent,
        amount_cents=amount,
        returns_fee=returns_fee,
        mark=mark,
        key=f"refund-{mark}",
    )


class TestSecret:
    @pytest.fixture
    def signed_with(self, stripe):
        body = '{"id": "evt_1", "type": "payout.paid"}'
        return lambda secret: (body.encode(), stripe.header(body, secret=secret))

    @pytest.mark.parametrize("secret", ["whsec_accounts", "whsec_platform", "whsec_thin"])
    def test_of_any_destination_is_believed(self, settings, signed_with, secret):
        settings.STRIPE_WEBHOOK_SECRET = "whsec_accounts,whsec_platform, whsec_thin"
        assert gateway.verify_webhook(*signed_with(secret))["id"] == "evt_1"

    @pytest.mark.parametrize("secret", ["whsec_accounts,whsec_platform", " ", ",", "whsec_other"])
    def test_of_nobody_is_not(self, settings, signed_with, secret):
        settings.STRIPE_WEBHOOK_SECRET = "whsec_accounts,whsec_platform,"
        with pytest.raises(gateway.ForgedWebhook):
            gateway.verify_webhook(*signed_with(secret))


class TestDispute:
    def test_says_what_it_took_and_until_when_it_can_be_answered(self, stripe, pay):
        intent = pay()
        opened = stripe.control.open_dispute(intent, reason="duplicate")
        (dispute,) = gateway.list_disputes(stripe.account)
        assert dispute == gateway.read_dispute(stripe.account, opened["id"])
        assert (dispute.payment_intent, dispute.amount_cents, dispute.net_cents) == (intent, 6000, -6000)
        assert (dispute.reason, dispute.status, dispute.has_evidence) == ("duplicate", "needs_response", False)
        assert dispute.evidence_due_by == dispute.created + dt.timedelta(days=9)
        assert gateway.read_dispute_fee(stripe.account, dispute.id) == 2000

    def test_takes_evidence_step_by_step_and_is_submitted_once(self, stripe, pay):
        opened = stripe.control.open_dispute(pay())["id"]
        kept = gateway.submit_evidence(stripe.account, opened, {"customer_name": "Léa"}, submit=False, key="a")
        assert (kept.has_evidence, kept.submissions, kept.status) == (True, 0, "needs_response")
        told = {"service_date": "3 mars"}
        sent = gateway.submit_evidence(stripe.account, opened, told, submit=True, key="b")
        assert (sent.status, sent.submissions, sent.is_open) == ("under_review", 1, True)
        assert gateway.submit_evidence(stripe.account, opened, told, submit=True, key="b") == sent
        with pytest.raises(StripeRefused):
            gateway.submit_evidence(stripe.account, opened, told, submit=True, key="c")
        stripe.control.decide_dispute(opened, won=True)
        won = gateway.read_dispute(stripe.account, opened)
        assert (won.status, won.net_cents, won.is_open) == ("won", 0, False)

    def test_is_lost_by_giving_in(self, stripe, pay):
        opened = stripe.control.open_dispute(pay())["id"]
        assert gateway.accept_dispute(stripe.account, opened).status == "lost"

    def test_of_another_account_is_refused(self, stripe, pay):
        opened = stripe.control.open_dispute(pay())["id"]
        other = "acct_1Other00000000"
        stripe.control.add_accounts([{"id": other, "display_name": "Autre"}])
        with pytest.raises(StripeRefused):
            gateway.read_dispute(other, opened)


class TestPayout:
    def test_is_made_of_payments_refunds_and_disputes(self, stripe, pay):
        first, second, third = pay(), pay(4750, 208), pay(10000, 325)
        refund(stripe, first, 2000)
        stripe.control.open_dispute(second)
        made = stripe.control.make_payout(stripe.account)["id"]
        (payout,) = gateway.list_payouts(stripe.account)
        assert payout == gateway.read_payout(stripe.account, made)
        lines = gateway.payout_lines(stripe.account, made)
        assert [
            (line.type, line.category, line.amount_cents, line.fee_cents, line.payment_intent) for line in lines
        ] == [
            ("adjustment", "dispute", -4750, 0, second),
            ("refund", "refund", -2000, 0, first),
            ("charge", "charge", 10000, 325, third),
            ("charge", "charge", 4750, 208, second),
            ("charge", "charge", 6000, 245, first),
        ]
        assert sum(line.net_cents for line in lines) == payout.amount_cents
        assert (payout.status, payout.holds, payout.is_automatic) == ("in_transit", True, True)
        assert payout.arrival_date == payout.created.date() + dt.timedelta(days=2)
        assert gateway.read_balance(stripe.account) == 0

    def test_that_failed_says_why_and_holds_nothing(self, stripe, pay):
        pay()
        made = stripe.control.make_payout(stripe.account)["id"]
        stripe.control.end_payout(made, failure="account_closed")
        failed = gateway.read_payout(stripe.account, made)
        assert (failed.status, failed.holds, failed.failure_code) == ("failed", False, "account_closed")
        assert "closed" in failed.failure_message
        assert gateway.read_balance(stripe.account) == 5755

    def test_older_ones_are_left_out(self, stripe, pay):
        pay()
        stripe.control.make_payout(stripe.account)
        assert not list(gateway.list_payouts(stripe.account, since=now() + dt.timedelta(hours=1)))
        assert len(list(gateway.list_payouts(stripe.account, since=now() - dt.timedelta(hours=1)))) == 1


class TestReconciliation:
    def test_reads_what_was_taken_given_back_and_kept(self, stripe, pay):
        intent = pay()
        refund_id, _ = refund(stripe, intent, 3000, mark="11", returns_fee=True)
        (charge,) = gateway.list_charges(stripe.account)
        assert (charge.payment_intent, charge.amount_cents, charge.refunded_cents) == (intent, 6000, 3000)
        assert (charge.is_captured, charge.is_disputed, charge.metadata) == (True, False, {"appointment": "42"})
        (given_back,) = gateway.list_refunds(stripe.account)
        assert (given_back.id, given_back.mark, given_back.amount_cents) == (refund_id, "11", 3000)
        (fee,) = gateway.list_fees()
        assert (fee.id, fee.account, fee.charge) == (charge.application_fee, stripe.account, charge.id)
        assert (fee.amount_cents, fee.refunded_cents) == (245, 123)
        assert not list(gateway.list_fees("acct_1Other00000000"))

    def test_an_attempt_that_failed_took_nothing(self, stripe, pay):
        pay(card="4000000000000002")
        (charge,) = gateway.list_charges(stripe.account)
        assert (charge.status, charge.is_captured, charge.amount_cents) == ("failed", False, 0)

    def test_what_stripe_takes_for_a_payment_is_read_not_computed(self, stripe, pay):
        assert gateway.read_charge_fee(stripe.account, pay()) == 115
        assert gateway.read_charge_fee(stripe.account, pay(card="4000000000000002")) is None

    def test_the_movements_add_up_to_the_balances(self, stripe, pay):
        refund(stripe, pay(), 1234, returns_fee=True)
        stripe.control.open_dispute(pay(4750, 208))
        balances = stripe.control.balances()
        for account, name in ((stripe.account, stripe.account), ("", "platform")):
            lines = list(gateway.list_balance_lines(account))
            assert sum(line.net_cents for line in lines) == balances[name] == gateway.read_balance(account)

    def test_reads_beyond_one_page(self, stripe, pay):
        for _ in range(101):
            pay(100, 60)
        assert len(list(gateway.list_charges(stripe.account))) == 101
        assert len({line.id for line in gateway.list_balance_lines(stripe.account)}) == 101

    def test_a_silence_on_the_way_is_told_as_such(self, stripe, pay):
        pay()
        stripe.control.fail_requests(when="before", kind="error", count=1, path="/v1/balance_transactions")
        with pytest.raises(StripeUnreachable):
            list(gateway.list_balance_lines(stripe.account))


class TestSubscription:
    @pytest.fixture
    def subscribe(self, stripe):
        def begin(card="4242424242424242", interval="month"):
            customer = gateway.open_customer(
                email="claire@exemple.fr", name="Claire Morel", metadata={"practitioner": "5"}, key="customer-5"
            )
            session = gateway.open_subscription_checkout(
                customer=customer,
                amount_cents=1200,
                interval=interval,
                label="Page en plusieurs langues",
                expires_at=now() + dt.timedelta(hours=1),
                success_url=SITE,
                cancel_url=SITE,
                metadata={"service": "3"},
                key="",
            )
            assert not session.subscription
            stripe.control.pay(session.id, card)
            return gateway.read_session(account="", session_id=session.id)

        return begin

    def test_begins_with_its_first_period_paid(self, stripe, subscribe):
        session = subscribe()
        assert (session.status, session.payment_status) == ("complete", "paid")
        begun = gateway.read_subscription(session.subscription)
        assert (begun.status, begun.is_living, begun.amount_cents, begun.interval) == ("active", True, 1200, "month")
        assert (begun.metadata, begun.ends_with_period, begun.ended_at) == ({"service": "3"}, False, None)
        (invoice,) = gateway.list_subscription_invoices(begun.id)
        assert invoice == gateway.read_subscription_invoice(begun.latest_invoice)
        assert (invoice.is_paid, invoice.paid_cents, invoice.reason) == (True, 1200, "subscription_create")
        assert (invoice.period_start, invoice.period_end) == (begun.period_start, begun.period_end)
        assert gateway.read_charge_fee("", invoice.payment_intent) == 43
        assert gateway.list_subscriptions(begun.customer) == [begun]

    def test_is_renewed_and_ends_when_told(self, stripe, subscribe):
        begun = gateway.read_subscription(subscribe().subscription)
        stripe.control.advance(32 * 86400)
        invoices = gateway.list_subscription_invoices(begun.id)
        assert [invoice.reason for invoice in invoices] == ["subscription_cycle", "subscription_create"]
        assert gateway.cancel_subscription(begun.id, at_period_end=True).ends_with_period
        assert not gateway.keep_subscription(begun.id).ends_with_period
        gateway.cancel_subscription(begun.id, at_period_end=True)
        stripe.control.advance(32 * 86400)
        ended = gateway.read_subscription(begun.id)
        assert (ended.status, ended.is_living) == ("canceled", False)
        assert ended.ended_at is not None
        assert len(gateway.list_subscription_invoices(begun.id)) == 2

    def test_withdrawn_from_ends_at_once_and_is_given_back(self, stripe, subscribe):
        begun = gateway.read_subscription(subscribe(interval="year").subscription)
        assert gateway.cancel_subscription(begun.id, at_period_end=False).status == "canceled"
        assert gateway.cancel_subscription(begun.id, at_period_end=False).status == "canceled"  # asked twice
        (invoice,) = gateway.list_subscription_invoices(begun.id)
        refund_id, status = gateway.refund(
            account="",
            payment_intent=invoice.payment_intent,
            amount_cents=1000,
            returns_fee=False,
            mark="withdrawal-1",
            key="withdrawal-1",
        )
        assert (status, gateway.read_refund(account="", refund_id=refund_id)) == ("succeeded", "succeeded")
        assert gateway.find_refund(account="", payment_intent=invoice.payment_intent, mark="withdrawal-1")
        assert stripe.control.balances()["cards"] == -200

    def test_that_could_not_be_renewed_says_where_to_pay(self, stripe, subscribe):
        begun = gateway.read_subscription(subscribe(card="4000000000000341").subscription)
        stripe.control.advance(32 * 86400)
        assert gateway.read_subscription(begun.id).status == "past_due"
        (unpaid, _) = gateway.list_subscription_invoices(begun.id)
        assert (unpaid.is_paid, unpaid.paid_cents, unpaid.status) == (False, 0, "open")
        assert unpaid.pay_url.startswith("http")

    def test_a_card_declined_begins_none(self, stripe, subscribe):
        session = subscribe(card="4000000000000002")
        assert (session.status, session.subscription) == ("open", "")
