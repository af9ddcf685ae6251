"""The stand-in behaves as Stripe does for the real SDK: payments, refunds, refusals, idempotency, state."""

import time

import pytest
import requests
import stripe

from demo.stripe.client import ControlRefused, StandInUnreachable, ledger
from demo.stripe.server import StandIn
from tests.factories.stripe import ACCOUNT, session_params

DECLINED, CONFIRMED = "4000000000000002", "4000002500003155"


def post(url, **data):
    return requests.post(url, data=data, allow_redirects=False, timeout=5)


class TestPayment:
    def test_pays_on_the_hosted_page_and_refunds_to_the_cent(self, stripe_standin, sdk, merchant, open_session):
        session = open_session()
        page = requests.get(session.url, timeout=5)
        assert "60,00\u00a0€" in page.text
        assert "Claire Morel" in page.text

        answer = post(session.url, card="4242424242424242", email="lea@exemple.fr")

        assert answer.status_code == 303
        assert answer.headers["Location"] == f"http://site.test/merci/?session={session.id}"
        on = {"stripe_account": merchant}
        paid = sdk.v1.checkout.sessions.retrieve(
            session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}, on
        )
        assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
        assert paid.metadata.to_dict() == {"appointment": "42"}
        movement = paid.payment_intent.latest_charge.balance_transaction
        assert (movement.amount, movement.fee, movement.net) == (6000, 245, 5755)
        assert stripe_standin.control.balances() == {"cards": -6000, merchant: 5755, "platform": 130, "stripe": 115}

        refund = sdk.v1.refunds.create({"payment_intent": paid.payment_intent.id, "amount": 2000}, on)
        assert (refund.status, refund.amount) == ("succeeded", 2000)
        sdk.v1.refunds.create({"payment_intent": paid.payment_intent.id}, on)
        # The practitioner ends at minus the fee, the platform keeps it.
        assert stripe_standin.control.balances() == {"cards": 0, merchant: -245, "platform": 130, "stripe": 115}
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sdk.v1.refunds.create({"payment_intent": paid.payment_intent.id}, on)
        assert refused.value.code == "charge_already_refunded"

    def test_returns_the_fee_in_proportion_when_asked(self, stripe_standin, sdk, merchant, open_session):
        intent = stripe_standin.control.pay(open_session().id)
        on = {"stripe_account": merchant}
        given = {"payment_intent": intent["id"], "refund_application_fee": True}
        sdk.v1.refunds.create(given | {"amount": 2000}, on)
        fee = sdk.v1.application_fees.list({"charge": intent["latest_charge"]}).data[0]
        assert (fee.amount, fee.amount_refunded, fee.account) == (245, 82, merchant)  # 81,67 half up
        sdk.v1.refunds.create(given, on)
        assert stripe_standin.control.balances() == {"cards": 0, merchant: 0, "platform": -115, "stripe": 115}
        assert sdk.v1.balance.retrieve(None, on).available[0].amount == 0

    def test_a_declined_card_leaves_the_session_open(self, stripe_standin, sdk, merchant, open_session):
        session = open_session()
        answer = post(session.url, card=DECLINED)
        assert answer.status_code == 402
        assert "Rien n’a été débité" in answer.text
        assert sdk.v1.checkout.sessions.retrieve(session.id, None, {"stripe_account": merchant}).status == "open"
        assert set(stripe_standin.control.balances().values()) == {0}
        assert post(session.url, card="other", number="4242 4242 4242 4242").status_code == 303

    def test_a_wrong_number_is_kept_and_explained(self, open_session):
        answer = post(open_session().url, card="other", number="4242 4242", email="lea@exemple.fr")
        assert answer.status_code == 422
        assert 'value="4242 4242"' in answer.text
        assert 'value="lea@exemple.fr"' in answer.text

    @pytest.mark.parametrize("typed", ["\0", "٤٢٤٢" * 4, "x" * 10_000, ""])
    def test_nonsense_typed_is_refused_politely(self, open_session, typed):
        assert post(open_session().url, card="other", number=typed).status_code == 422

    def test_the_bank_confirms_before_anything_is_paid(self, stripe_standin, sdk, merchant, open_session):
        session = open_session()
        assert post(session.url, card=CONFIRMED).headers["Location"] == f"/c/pay/{session.id}/bank"
        assert "Confirmez-vous" in requests.get(f"{session.url}/bank", timeout=5).text
        assert stripe_standin.control.balances()["cards"] == 0

        assert post(f"{session.url}/bank", answer="refuse").status_code == 402
        assert post(session.url, card=CONFIRMED).status_code == 303
        assert post(f"{session.url}/bank", answer="confirm").headers["Location"].endswith(session.id)
        assert stripe_standin.control.balances()["cards"] == -6000

    def test_nothing_is_paid_twice(self, stripe_standin, open_session):
        session = open_session()
        post(session.url, card="4242424242424242")
        again = post(session.url, card="4242424242424242")
        assert "déjà fait" in again.text
        assert stripe_standin.control.balances()["cards"] == -6000

    def test_a_request_is_charged_when_captured_or_never(self, stripe_standin, sdk, merchant, open_session):
        on = {"stripe_account": merchant}
        data = {"application_fee_amount": 245, "capture_method": "manual"}
        accepted, refused = open_session(payment_intent_data=data), open_session(payment_intent_data=data)
        for session in (accepted, refused):
            assert stripe_standin.control.pay(session.id)["status"] == "requires_capture"
        assert set(stripe_standin.control.balances().values()) == {0}

        intent = sdk.v1.checkout.sessions.retrieve(accepted.id, None, on).payment_intent
        assert sdk.v1.payment_intents.capture(intent, None, on).status == "succeeded"
        released = sdk.v1.checkout.sessions.retrieve(refused.id, None, on).payment_intent
        assert sdk.v1.payment_intents.cancel(released, None, on).status == "canceled"
        assert stripe_standin.control.balances()["cards"] == -6000
        with pytest.raises(stripe.InvalidRequestError) as error:
            sdk.v1.payment_intents.capture(released, None, on)
        assert error.value.code == "payment_intent_unexpected_state"


class TestExpiry:
    def test_expires_only_while_open(self, stripe_standin, sdk, merchant, open_session):
        on = {"stripe_account": merchant}
        session = open_session()
        assert sdk.v1.checkout.sessions.expire(session.id, None, on).status == "expired"
        page = requests.get(session.url, timeout=5)
        assert (page.status_code, "a expiré" in page.text) == (410, True)
        assert post(session.url, card="4242424242424242").status_code == 410

        paid = open_session()
        stripe_standin.control.pay(paid.id)
        with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
            sdk.v1.checkout.sessions.expire(paid.id, None, on)

    def test_time_expires_a_session(self, stripe_standin, sdk, merchant, open_session):
        session = open_session(expires_at=int(time.time()) + 1860)
        stripe_standin.control.advance(1900)
        assert post(session.url, card="4242424242424242").status_code == 410
        read = sdk.v1.checkout.sessions.retrieve(session.id, None, {"stripe_account": merchant})
        assert read.status == "expired"
        assert stripe_standin.control.events()[0]["type"] == "checkout.session.expired"


class TestAccounts:
    def test_onboarding_activates_and_coming_back_early_does_not(self, stripe_standin, sdk):
        account = sdk.v2.core.accounts.create(ACCOUNT | {"include": ["requirements"]})
        assert len(account.requirements.entries) == 2

        def link():
            details = {
                "configurations": ["merchant"],
                "refresh_url": "http://site.test/encore/",
                "return_url": "http://site.test/fait/",
            }
            use_case = {"type": "account_onboarding", "account_onboarding": details}
            return sdk.v2.core.account_links.create({"account": account.id, "use_case": use_case}).url

        def status():
            read = sdk.v2.core.accounts.retrieve(account.id, {"include": ["configuration.merchant"]})
            return read.configuration.merchant.capabilities.card_payments.status

        url = link()
        assert "Terminer" in requests.get(url, timeout=5).text
        assert post(url, answer="later").headers["Location"] == "http://site.test/fait/"
        assert status() == "restricted"
        with pytest.raises(stripe.InvalidRequestError, match="not active"):
            sdk.v1.checkout.sessions.create(session_params(), {"stripe_account": account.id})

        assert post(url, answer="finish").headers["Location"] == "http://site.test/encore/"  # a link opens once
        assert status() == "restricted"
        assert post(link(), answer="finish").headers["Location"] == "http://site.test/fait/"
        assert status() == "active"
        assert sdk.v2.core.accounts.retrieve(account.id, {"include": ["requirements"]}).requirements.entries == []

    def test_a_demo_may_say_its_accounts_at_each_start(self, stripe_standin, sdk):
        accounts = [{"id": f"acct_demo{number}", "display_name": f"Praticien {number}"} for number in range(3)]
        assert stripe_standin.control.add_accounts(accounts) == 3
        stripe_standin.control.set_account("acct_demo1", "restricted")
        assert stripe_standin.control.add_accounts(accounts) == 0
        session = sdk.v1.checkout.sessions.create(session_params(), {"stripe_account": "acct_demo0"})
        assert session.status == "open"
        with pytest.raises(stripe.InvalidRequestError):
            sdk.v1.checkout.sessions.create(session_params(), {"stripe_account": "acct_demo1"})

    def test_an_account_sees_only_its_own(self, stripe_standin, sdk, merchant, open_session):
        session = open_session()
        other = sdk.v2.core.accounts.create(ACCOUNT).id
        for account in ({"stripe_account": other}, {}):
            with pytest.raises(stripe.InvalidRequestError) as error:
                sdk.v1.checkout.sessions.retrieve(session.id, None, account)
            assert (error.value.http_status, error.value.code) == (404, "resource_missing")
        with pytest.raises(stripe.PermissionError):
            sdk.v1.checkout.sessions.retrieve(session.id, None, {"stripe_account": "acct_unknown"})


class TestRefusals:
    @pytest.mark.parametrize(
        ("changed", "param", "code"),
        [
            ({"sucess_url": "http://site.test/"}, "sucess_url", "parameter_unknown"),
            ({"mode": "pay"}, "mode", None),
            ({"success_url": None}, "success_url", "parameter_missing"),
            ({"success_url": "javascript:alert(1)"}, "success_url", "url_invalid"),
            ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
            ({"expires_at": 1}, "expires_at", None),
            ({"allowed_payment_method_types": ["crad"]}, "allowed_payment_method_types[0]", None),
            (
                {"line_items": [{"quantity": 1, "price_data": {"unit_amount": 6000}}]},
                "line_items[0][price_data][currency]",
                "parameter_missing",
            ),
            (
                {"payment_intent_data": {"application_fee": 245}},
                "payment_intent_data[application_fee]",
                "parameter_unknown",
            ),
            (
                {"payment_intent_data": {"application_fee_amount": 6001}},
                "payment_intent_data[application_fee_amount]",
                None,
            ),
        ],
    )
    def test_what_stripe_would_refuse_is_refused(self, open_session, changed, param, code):
        if changed.get("success_url", "") is None:
            changed = {"success_url": ""}
        with pytest.raises(stripe.InvalidRequestError) as error:
            open_session(**changed)
        assert (error.value.http_status, error.value.param, error.value.code) == (400, param, code)

    def test_v2_bodies_are_checked_too(self, sdk):
        for wrong in ({"dashbord": "express"}, {"dashboard": "expres"}):
            with pytest.raises(stripe.InvalidRequestError) as error:
                sdk.v2.core.accounts.create(wrong)
            assert error.value.http_status == 400

    def test_a_live_key_and_an_unknown_address_are_refused(self, stripe_standin):
        live = stripe.StripeClient("sk_live_house", base_addresses={"api": stripe_standin.api_base})
        with pytest.raises(stripe.AuthenticationError):
            live.v1.balance.retrieve()
        answer = requests.get(f"{stripe_standin.api_base}/v1/nothing", auth=("sk_test_x", ""), timeout=5)
        assert answer.json()["error"]["type"] == "invalid_request_error"

    @pytest.mark.parametrize("body", ["a=1&a[b]=2", "a[]=1&a=2", "[=1", "%00=%00", "a[b][c][d]=" + "x" * 10_000])
    def test_odd_forms_are_refused_not_crashed(self, stripe_standin, body):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{stripe_standin.api_base}/v1/refunds"
        assert requests.post(url, body, headers=headers, auth=("sk_test_x", ""), timeout=5).status_code == 400

    def test_a_body_too_large_is_refused(self, stripe_standin):
        url = f"{stripe_standin.api_base}/v1/refunds"
        assert requests.post(url, b"a" * 1_000_001, auth=("sk_test_x", ""), timeout=5).status_code == 413

    def test_control_refuses_what_another_page_could_send(self, stripe_standin):
        answer = requests.post(f"{stripe_standin.api_base}/_control/reset", data={"a": "b"}, timeout=5)
        assert answer.status_code == 415
        with pytest.raises(ControlRefused):
            stripe_standin.control.disturb_webhooks("explode")


class TestIdempotency:
    def test_same_key_same_body_same_answer(self, stripe_standin, sdk, merchant):
        options = {"stripe_account": merchant, "idempotency_key": "appointment-42-1"}
        first = sdk.v1.checkout.sessions.create(session_params(), options)
        assert sdk.v1.checkout.sessions.create(session_params(), options).id == first.id
        assert len(sdk.v1.checkout.sessions.list(None, {"stripe_account": merchant}).data) == 1
        with pytest.raises(stripe.IdempotencyError) as error:
            sdk.v1.checkout.sessions.create(session_params(metadata={"appointment": "43"}), options)
        assert error.value.http_status == 400

    def test_a_refusal_for_its_parameters_is_not_remembered(self, sdk, merchant):
        options = {"stripe_account": merchant, "idempotency_key": "appointment-42-2"}
        with pytest.raises(stripe.InvalidRequestError):
            sdk.v1.checkout.sessions.create(session_params(mode="pay"), options)
        assert sdk.v1.checkout.sessions.create(session_params(), options).status == "open"

    def test_a_timeout_after_the_effect_is_healed_by_the_same_key(self, stripe_standin, sdk, merchant, open_session):
        intent = stripe_standin.control.pay(open_session().id)
        stripe_standin.control.fail_requests(when="after", kind="timeout", method="POST", path="/v1/refunds")
        options = {"stripe_account": merchant, "idempotency_key": "refund-42-1"}
        with pytest.raises(stripe.APIConnectionError):
            sdk.v1.refunds.create({"payment_intent": intent["id"]}, options)
        assert sdk.v1.refunds.create({"payment_intent": intent["id"]}, options).status == "succeeded"
        assert len(sdk.v1.refunds.list(None, {"stripe_account": merchant}).data) == 1

    @pytest.mark.parametrize(("when", "sessions"), [("before", 0), ("after", 1)])
    def test_an_error_before_or_after_the_effect(self, stripe_standin, sdk, merchant, open_session, when, sessions):
        stripe_standin.control.fail_requests(when=when, status=503, path="/v1/checkout")
        with pytest.raises(stripe.APIError):
            open_session()
        assert len(sdk.v1.checkout.sessions.list(None, {"stripe_account": merchant}).data) == sessions


class TestState:
    def test_a_restart_keeps_everything(self, tmp_path):
        state = str(tmp_path / "stripe.sqlite3")
        first = StandIn(state=state).start()
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": first.api_base})
        account = client.v2.core.accounts.create(ACCOUNT).id
        first.control.set_account(account)
        session = client.v1.checkout.sessions.create(session_params(), {"stripe_account": account})
        first.control.pay(session.id)
        before, waiting = first.control.balances(), first.control.deliveries()
        first.stop()
        with pytest.raises(StandInUnreachable):
            ledger(first.api_base)

        second = StandIn(state=state).start()
        try:
            client = stripe.StripeClient("sk_test_x", base_addresses={"api": second.api_base})
            read = client.v1.checkout.sessions.retrieve(session.id, None, {"stripe_account": account})
            assert read.payment_status == "paid"
            assert second.control.balances() == before
            assert second.control.deliveries() == waiting
        finally:
            second.stop()

    def test_the_ledger_sums_to_zero_transaction_by_transaction(self, stripe_standin, sdk, merchant, open_session):
        intent = stripe_standin.control.pay(open_session().id)
        sdk.v1.refunds.create({"payment_intent": intent["id"], "amount": 1}, {"stripe_account": merchant})
        book = ledger(stripe_standin.api_base)
        assert book["sum"] == 0
        assert [item["kind"] for item in book["transactions"]] == ["refund", "stripe_fee", "application_fee", "charge"]
        assert all(sum(entry["amount"] for entry in item["entries"]) == 0 for item in book["transactions"])
        assert {account["name"] for account in book["accounts"]} >= {"Claire Morel"}
