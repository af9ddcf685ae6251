"""What the stand-in answers fits Stripe's published description too, member by member."""

from typing import Any

import pytest
from jsonschema import Draft4Validator

from demo.stripe import openapi
from demo.stripe.api import DESCRIPTION
from demo.stripe.errors import StripeError
from demo.stripe.routes import ROUTES
from tests.factories.stripe import subscription_params

SHOWN = {
    "checkout.session": "checkout.session",
    "payment_intent": "payment_intent",
    "charge": "charge",
    "refund": "refund",
    "application_fee": "application_fee",
    "fee_refund": "fee_refund",
    "balance_transaction": "balance_transaction",
    "dispute": "dispute",
    "payout": "payout",
    "customer": "customer",
    "product": "product",
    "price": "price",
    "subscription": "subscription",
    "invoice": "invoice",
    "invoice_payment": "invoice_payment",
    "event": "event",
    "v2.core.account": "v2.core.account",
}
# Newer than the description, or asked for only inside the stand-in.
NEWER = {"allowed_payment_method_types"}


def without_nulls(value: Any) -> Any:
    """v2 answers null for what is not set, though its description does not say so."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    return openapi.strict(openapi.published()["components"]["schemas"])


def test_every_object_fits_the_description(stripe_standin, sdk, merchant, open_session, schemas):
    manual = {"application_fee_amount": 245, "capture_method": "manual"}
    held = stripe_standin.control.pay(open_session(payment_intent_data=manual).id)
    sdk.v1.payment_intents.cancel(held["id"], None, {"stripe_account": merchant})
    session = open_session()
    stripe_standin.control.pay(session.id, card="4000000000000002")
    intent = stripe_standin.control.pay(session.id)
    refund = {"payment_intent": intent["id"], "refund_application_fee": True}
    sdk.v1.refunds.create(refund, {"stripe_account": merchant})
    sdk.v2.core.accounts.create({"display_name": "Sans capacité"})
    stripe_standin.control.pay(open_session().id)
    stripe_standin.control.end_payout(stripe_standin.control.make_payout(merchant)["id"], failure="no_account")
    subscribed = sdk.v1.checkout.sessions.create(subscription_params()).id
    stripe_standin.control.pay(subscribed, card="4000000000000341")
    stripe_standin.control.pay(open_session().id, card="4000000000000085")
    stripe_standin.control.advance(32 * 86400)
    disputed = stripe_standin.control.pay(open_session().id)
    dispute = stripe_standin.control.open_dispute(disputed["id"])
    evidence = {"evidence": {"uncategorized_text": "La séance a eu lieu."}, "submit": True}
    sdk.v1.disputes.update(dispute["id"], evidence, {"stripe_account": merchant})
    store = stripe_standin.store
    for kind, name in SHOWN.items():
        found = store.find(kind)
        assert found, kind
        validator = Draft4Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})
        for body in found:
            shown = {member: value for member, value in body.items() if member not in NEWER}
            if kind.startswith("v2"):
                shown = without_nulls(shown)
            problems = [
                f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
                for error in validator.iter_errors(shown)
            ]
            assert not problems, (kind, problems)


def test_every_operation_served_is_a_published_one():
    for route in ROUTES:
        with pytest.raises(StripeError, match=r"unknown parameter|Missing required param"):
            DESCRIPTION.check(route.path, route.verb, "query" if route.verb == "get" else "body", {"nothing_such": "1"})


@pytest.mark.parametrize(
    ("pairs", "tree"),
    [
        ([("a", "1")], {"a": "1"}),
        ([("a[b][0]", "1"), ("a[b][1]", "2")], {"a": {"b": {"0": "1", "1": "2"}}}),
        ([("a[]", "1"), ("a[]", "2")], {"a": {"0": "1", "1": "2"}}),
    ],
)
def test_nested_form_parameters_are_read(pairs, tree):
    assert openapi.decode(pairs) == tree
