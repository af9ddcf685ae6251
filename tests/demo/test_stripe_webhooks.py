"""Webhooks of the stand-in: signed as Stripe signs, retried, and disturbed on request."""

import json
import time

import pytest
import stripe

from demo.stripe.server import SECRET, StandIn
from tests.factories.stripe import ACCOUNT, session_params


def types(taken):
    return [json.loads(item["payload"])["type"] for item in taken]


def until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


class TestSignature:
    def test_the_sdk_accepts_ours_and_refuses_another(self, stripe_standin, merchant, open_session):
        session = open_session()
        stripe_standin.control.pay(session.id)
        completed = stripe_standin.control.take()[-1]
        event = stripe.Webhook.construct_event(completed["payload"], completed["signature"], SECRET)
        assert (event.type, event.account) == ("checkout.session.completed", merchant)
        assert event.data.object.id == session.id
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(completed["payload"], completed["signature"], "whsec_other")
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(completed["payload"] + " ", completed["signature"], SECRET)

    def test_account_changes_are_told_by_thin_events(self, stripe_standin, sdk):
        account = sdk.v2.core.accounts.create(ACCOUNT)
        stripe_standin.control.set_account(account.id)
        thin = stripe_standin.control.take()[1]
        notification = sdk.parse_event_notification(thin["payload"], thin["signature"], SECRET)
        assert notification.type == "v2.core.account[configuration.merchant].capability_status_updated"
        assert notification.related_object.id == account.id
        assert "data" not in json.loads(thin["payload"])
        assert notification.fetch_event().data.updated_capability == "card_payments"
        assert notification.fetch_related_object().id == account.id


class TestWhatIsSent:
    def test_a_payment_and_its_refund_tell_each_step(self, stripe_standin, sdk, merchant, open_session):
        intent = stripe_standin.control.pay(open_session().id)
        assert types(stripe_standin.control.take()) == [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "application_fee.created",
            "checkout.session.completed",
        ]
        sdk.v1.refunds.create({"payment_intent": intent["id"]}, {"stripe_account": merchant})
        taken = stripe_standin.control.take()
        assert types(taken) == ["refund.created", "charge.refunded", "refund.updated"]
        again = sdk.v1.events.retrieve(taken[0]["event"], None, {"stripe_account": merchant})
        assert again.data.object.payment_intent == intent["id"]
        listed = sdk.v1.events.list({"types": ["charge.refunded"]}, {"stripe_account": merchant})
        assert [event.type for event in listed.data] == ["charge.refunded"]

    def test_a_refused_request_tells_nothing(self, stripe_standin, open_session):
        with pytest.raises(stripe.InvalidRequestError):
            open_session(mode="pay")
        assert stripe_standin.control.take() == []


class TestDelivery:
    def test_posts_by_itself_and_tries_again(self, stripe_standin, open_session, receiver):
        receiver.answers = [500]
        stripe_standin.control.send_webhooks_to(receiver.url)
        stripe_standin.control.disturb_webhooks("drop", count=4)
        stripe_standin.control.pay(open_session().id)
        until(lambda: len(receiver.received) == 2)
        (first, _), (second, signature) = receiver.received
        assert first == second
        assert stripe.Webhook.construct_event(second, signature, SECRET).type == "checkout.session.completed"
        until(lambda: stripe_standin.control.deliveries()[-1]["state"] == "delivered")
        assert [item["state"] for item in stripe_standin.control.deliveries()[-5:]] == ["dropped"] * 4 + ["delivered"]
        assert stripe_standin.control.deliveries()[-1]["attempts"] == 2

    def test_what_waited_is_delivered_on_command(self, stripe_standin, open_session, receiver):
        stripe_standin.control.pause()
        stripe_standin.control.send_webhooks_to(receiver.url)
        stripe_standin.control.pay(open_session().id)
        assert receiver.received == []
        delivered = stripe_standin.control.deliver()
        assert delivered == len(receiver.received) == 5

    def test_a_receiver_that_asks_back_is_answered(self, stripe_standin, sdk, merchant, open_session, receiver):
        """A site may fetch the object anew before it answers the webhook."""
        session, asked = open_session(), []

        class Asking(list):
            def __bool__(self):
                read = sdk.v1.checkout.sessions.retrieve(session.id, None, {"stripe_account": merchant})
                asked.append(read.status)
                return False

        receiver.answers = Asking()
        stripe_standin.control.pause()
        stripe_standin.control.send_webhooks_to(receiver.url)
        stripe_standin.control.pay(session.id)
        stripe_standin.control.deliver()
        assert asked[-1] == "complete"


class TestDisturbance:
    def test_duplicate(self, stripe_standin, open_session):
        stripe_standin.control.disturb_webhooks("duplicate", type="checkout.session.completed")
        stripe_standin.control.pay(open_session().id)
        taken = stripe_standin.control.take()
        assert types(taken)[-2:] == ["checkout.session.completed"] * 2
        assert taken[-1]["event"] == taken[-2]["event"]

    def test_drop_keeps_the_event_readable(self, stripe_standin, sdk, merchant, open_session):
        stripe_standin.control.disturb_webhooks("drop", type="checkout.session.completed")
        stripe_standin.control.pay(open_session().id)
        assert "checkout.session.completed" not in types(stripe_standin.control.take())
        found = sdk.v1.events.list({"type": "checkout.session.completed"}, {"stripe_account": merchant})
        assert len(found.data) == 1

    def test_delay_until_its_time(self, stripe_standin, open_session):
        stripe_standin.control.disturb_webhooks("delay", seconds=600, type="checkout.session.completed")
        stripe_standin.control.pay(open_session().id)
        assert "checkout.session.completed" not in types(stripe_standin.control.take())
        stripe_standin.control.advance(601)
        assert types(stripe_standin.control.take()) == ["checkout.session.completed"]

    def test_reorder_sends_the_last_first(self, stripe_standin, open_session):
        stripe_standin.control.disturb_webhooks("reorder", count=5)
        stripe_standin.control.pay(open_session().id)
        assert types(stripe_standin.control.take()) == [
            "checkout.session.completed",
            "application_fee.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "payment_intent.created",
        ]

    def test_what_is_held_is_let_go_with_the_faults(self, stripe_standin, open_session):
        stripe_standin.control.disturb_webhooks("reorder", count=50)
        stripe_standin.control.pay(open_session().id)
        assert stripe_standin.control.take() == []
        stripe_standin.control.clear_faults()
        assert len(stripe_standin.control.take()) == 5


def test_events_wait_for_a_site_that_starts_later(receiver, tmp_path):
    state = str(tmp_path / "stripe.sqlite3")
    first = StandIn(state=state).start()
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": first.api_base})
    account = client.v2.core.accounts.create(ACCOUNT).id
    first.control.set_account(account)
    session = client.v1.checkout.sessions.create(session_params(), {"stripe_account": account})
    first.control.pay(session.id)
    first.stop()
    second = StandIn(state=state, webhook_url=receiver.url).start()
    try:
        until(lambda: len(receiver.received) == 8)
    finally:
        second.stop()
