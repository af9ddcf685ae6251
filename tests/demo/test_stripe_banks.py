"""What banks do: they take payments back, decide, receive payouts or send them back; every cent stays accounted for."""

import pytest
import stripe

from demo.stripe.client import ControlRefused

DAY = 86400
BANK = "bank_{}"


@pytest.fixture
def paid(stripe_standin, open_session):
    """The payment intent of 60,00 € with our fee of 2,45 €; what it announced is out of the way."""
    intent = stripe_standin.control.pay(open_session().id)
    stripe_standin.control.take()
    return intent


@pytest.fixture
def on(merchant):
    return {"stripe_account": merchant}


def announced(stripe_standin):
    events = {event["id"]: event["type"] for event in stripe_standin.control.events()}
    return [events[webhook["event"]] for webhook in stripe_standin.control.take()]


class TestDispute:
    def test_takes_the_money_from_the_merchant_and_the_cost_from_the_platform(
        self, stripe_standin, sdk, merchant, paid, on
    ):
        opened = stripe_standin.control.open_dispute(paid["id"], reason="product_not_received")
        dispute = sdk.v1.disputes.retrieve(opened["id"], None, on)
        assert (dispute.status, dispute.amount, dispute.payment_intent) == ("needs_response", 6000, paid["id"])
        assert [movement.net for movement in dispute.balance_transactions] == [-6000]
        assert stripe_standin.control.balances() == {
            "cards": 0,
            merchant: -245,
            "platform": 245 - 115 - 2000,
            "stripe": 2115,
        }
        assert announced(stripe_standin) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
        assert [found.id for found in sdk.v1.disputes.list({"payment_intent": paid["id"]}, on).data] == [dispute.id]

    def test_that_is_won_gives_the_money_back_but_not_its_cost(self, stripe_standin, sdk, merchant, paid, on):
        dispute = stripe_standin.control.open_dispute(paid["id"])
        told = {"evidence": {"product_description": "Séance du 3 mars"}, "submit": True}
        assert sdk.v1.disputes.update(dispute["id"], told, on).status == "under_review"
        stripe_standin.control.decide_dispute(dispute["id"], won=True)
        closed = sdk.v1.disputes.retrieve(dispute["id"], None, on)
        assert (closed.status, sum(line.net for line in closed.balance_transactions)) == ("won", 0)
        assert stripe_standin.control.balances()[merchant] == 5755
        assert stripe_standin.control.balances()["stripe"] == 2115
        assert announced(stripe_standin)[2:] == [
            "charge.dispute.updated",
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
        ]
        sdk.v1.refunds.create({"payment_intent": paid["id"]}, on)
        assert stripe_standin.control.balances()[merchant] == -245

    def test_nobody_answers_is_lost_at_its_deadline(self, stripe_standin, sdk, paid, on):
        dispute = stripe_standin.control.open_dispute(paid["id"])
        stripe_standin.control.advance(8 * DAY)
        assert sdk.v1.disputes.retrieve(dispute["id"], None, on).status == "needs_response"
        stripe_standin.control.advance(DAY + 60)
        lost = sdk.v1.disputes.retrieve(dispute["id"], None, on)
        assert (lost.status, lost.evidence_details.past_due) == ("lost", True)
        with pytest.raises(stripe.InvalidRequestError, match="no longer takes evidence"):
            sdk.v1.disputes.update(dispute["id"], {"evidence": {"customer_name": "Léa"}}, on)

    def test_keeps_evidence_until_it_is_submitted_once(self, stripe_standin, sdk, paid, on):
        dispute = stripe_standin.control.open_dispute(paid["id"])
        kept = sdk.v1.disputes.update(dispute["id"], {"evidence": {"customer_name": "Léa"}, "submit": False}, on)
        assert (kept.status, kept.evidence_details.has_evidence) == ("needs_response", True)
        sent = sdk.v1.disputes.update(dispute["id"], {"evidence": {"service_date": "3 mars"}}, on)
        assert (sent.status, sent.evidence.customer_name, sent.evidence_details.submission_count) == (
            "under_review",
            "Léa",
            1,
        )
        with pytest.raises(stripe.InvalidRequestError, match="under_review"):
            sdk.v1.disputes.update(dispute["id"], {"evidence": {"service_date": "4 mars"}}, on)

    @pytest.mark.parametrize(
        ("evidence", "words"),
        [
            ({"receipt": "file_1"}, "No such file"),
            ({"uncategorized_text": "x" * 20_001}, "Invalid evidence"),
            ({"nothing_such": "x"}, "unknown parameter"),
        ],
    )
    def test_refuses_evidence_that_stripe_would_refuse(self, stripe_standin, sdk, paid, on, evidence, words):
        dispute = stripe_standin.control.open_dispute(paid["id"])
        with pytest.raises(stripe.InvalidRequestError, match=words):
            sdk.v1.disputes.update(dispute["id"], {"evidence": evidence}, on)

    @pytest.mark.parametrize(("words", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
    def test_is_decided_by_the_words_of_stripes_test_mode(self, stripe_standin, sdk, paid, on, words, status):
        dispute = stripe_standin.control.open_dispute(paid["id"])
        told = {"evidence": {"uncategorized_text": words}, "submit": True}
        assert sdk.v1.disputes.update(dispute["id"], told, on).status == status

    def test_is_lost_by_who_gives_in(self, stripe_standin, sdk, merchant, paid, on):
        dispute = stripe_standin.control.open_dispute(paid["id"])
        assert sdk.v1.disputes.close(dispute["id"], None, on).status == "lost"
        assert stripe_standin.control.balances()[merchant] == -245

    def test_leaves_nothing_to_refund_while_open_and_comes_only_once(self, stripe_standin, sdk, paid, on):
        stripe_standin.control.open_dispute(paid["id"])
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sdk.v1.refunds.create({"payment_intent": paid["id"]}, on)
        assert refused.value.code == "charge_disputed"
        with pytest.raises(ControlRefused, match="disputed before"):
            stripe_standin.control.open_dispute(paid["id"])

    def test_is_of_what_was_not_refunded(self, stripe_standin, sdk, paid, on):
        sdk.v1.refunds.create({"payment_intent": paid["id"], "amount": 4000}, on)
        with pytest.raises(ControlRefused, match="1 to 2000"):
            stripe_standin.control.open_dispute(paid["id"], amount=2001)
        assert stripe_standin.control.open_dispute(paid["id"])["amount"] == 2000

    def test_follows_at_once_on_the_card_that_always_disputes(self, stripe_standin, sdk, open_session, on):
        intent = stripe_standin.control.pay(open_session().id, card="4000000000000259")
        (dispute,) = sdk.v1.disputes.list(None, on).data
        assert (dispute.payment_intent, dispute.reason) == (intent["id"], "fraudulent")


class TestLateSettlement:
    LATE, LATE_REFUSED = "4000000000000085", "4000000000000093"

    def test_is_said_a_day_after_the_session_is_complete(self, stripe_standin, sdk, merchant, open_session, on):
        session = open_session()
        assert stripe_standin.control.pay(session.id, card=self.LATE)["status"] == "processing"
        read = sdk.v1.checkout.sessions.retrieve(session.id, None, on)
        assert (read.status, read.payment_status) == ("complete", "unpaid")
        assert set(stripe_standin.control.balances().values()) == {0}
        stripe_standin.control.take()
        stripe_standin.control.advance(DAY)
        assert sdk.v1.checkout.sessions.retrieve(session.id, None, on).payment_status == "paid"
        assert stripe_standin.control.balances()[merchant] == 5755
        assert announced(stripe_standin) == [
            "charge.succeeded",
            "payment_intent.succeeded",
            "application_fee.created",
            "checkout.session.async_payment_succeeded",
        ]
        stripe_standin.control.advance(DAY)
        assert stripe_standin.control.balances()[merchant] == 5755

    def test_can_end_in_a_refusal(self, stripe_standin, sdk, open_session, on):
        session = open_session()
        intent = stripe_standin.control.pay(session.id, card=self.LATE_REFUSED)
        stripe_standin.control.take()
        stripe_standin.control.advance(DAY)
        read = sdk.v1.payment_intents.retrieve(intent["id"], None, on)
        assert (read.status, sdk.v1.checkout.sessions.retrieve(session.id, None, on).payment_status) == (
            "requires_payment_method",
            "unpaid",
        )
        assert announced(stripe_standin)[-1] == "checkout.session.async_payment_failed"
        assert set(stripe_standin.control.balances().values()) == {0}

    def test_can_be_answered_at_once(self, stripe_standin, open_session):
        session = open_session()
        stripe_standin.control.pay(session.id, card=self.LATE)
        assert stripe_standin.control.settle(session.id, succeeded=False)["status"] == "requires_payment_method"
        with pytest.raises(ControlRefused, match="under way"):
            stripe_standin.control.settle(session.id)


class TestPayout:
    def test_takes_all_there_is_and_says_what_it_is_made_of(self, stripe_standin, sdk, merchant, paid, on):
        sdk.v1.refunds.create({"payment_intent": paid["id"], "amount": 1000}, on)
        stripe_standin.control.take()
        payout = stripe_standin.control.make_payout(merchant)
        assert (payout["amount"], payout["status"]) == (4755, "in_transit")
        balances = stripe_standin.control.balances()
        assert (balances[merchant], balances[BANK.format(merchant)]) == (0, 4755)
        lines = sdk.v1.balance_transactions.list({"payout": payout["id"], "expand": ["data.source"]}, on).data
        assert [(line.type, line.net) for line in lines] == [("payout", -4755), ("refund", -1000), ("charge", 5755)]
        assert lines[2].source.payment_intent == paid["id"]
        assert announced(stripe_standin) == ["payout.created"]

    def test_arrives_after_two_days(self, stripe_standin, sdk, merchant, paid, on):
        payout = stripe_standin.control.make_payout(merchant)
        stripe_standin.control.take()
        stripe_standin.control.advance(2 * DAY)
        assert sdk.v1.payouts.retrieve(payout["id"], None, on).status == "paid"
        assert announced(stripe_standin) == ["payout.paid"]

    def test_that_fails_comes_back_and_goes_with_the_next(self, stripe_standin, sdk, merchant, paid, on):
        first = stripe_standin.control.make_payout(merchant)
        failed = stripe_standin.control.end_payout(first["id"], failure="account_closed")
        assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
        assert stripe_standin.control.balances()[merchant] == 5755
        second = stripe_standin.control.make_payout(merchant)
        lines = sdk.v1.balance_transactions.list({"payout": second["id"]}, on).data
        assert [line.type for line in lines] == ["payout", "payout_failure"]
        assert stripe_standin.control.balances()[BANK.format(merchant)] == 5755
        assert [payout.id for payout in sdk.v1.payouts.list({"status": "failed"}, on).data] == [first["id"]]

    def test_can_fail_after_it_was_said_to_be_paid(self, stripe_standin, merchant, paid):
        payout = stripe_standin.control.make_payout(merchant)
        stripe_standin.control.end_payout(payout["id"])
        stripe_standin.control.end_payout(payout["id"], failure="no_account")
        assert stripe_standin.control.balances()[merchant] == 5755
        with pytest.raises(ControlRefused, match="failed"):
            stripe_standin.control.end_payout(payout["id"])

    def test_needs_money(self, stripe_standin, merchant, paid):
        stripe_standin.control.make_payout(merchant)
        with pytest.raises(ControlRefused, match="nothing to pay out"):
            stripe_standin.control.make_payout(merchant)

    def test_of_somebody_else_is_not_found(self, stripe_standin, sdk, merchant, paid):
        payout = stripe_standin.control.make_payout(merchant)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sdk.v1.payouts.retrieve(payout["id"])
        assert refused.value.code == "resource_missing"
