"""On the page of the demo's payments one plays the banks; the stand-in does it, and says what it refuses."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.stripe import subscription_params

pytestmark = pytest.mark.django_db
ACT, PAGE = "/demo/stripe/banks/", "/demo/stripe/"


@pytest.fixture
def play(client, settings, stripe_standin):
    """Presses a button of the page; gives the page that follows."""
    settings.STRIPE_API_BASE = stripe_standin.api_base

    def press(deed, identifier, **more):
        return client.post(ACT, {"do": deed, "id": identifier, **more}, follow=True)

    return press


@pytest.fixture
def paid(stripe_standin, open_session):
    return stripe_standin.control.pay(open_session().id)


def test_a_payment_is_disputed_then_decided(play, client, stripe_standin, sdk, merchant, paid):
    page = play("dispute", paid["latest_charge"], reason="product_not_received")
    assertContains(page, "dit que la séance n’a pas eu lieu")
    (dispute,) = stripe_standin.control.banks()["disputes"]
    assert (dispute["account"], dispute["reason"]) == (merchant, "product_not_received")
    assertNotContains(page, f'<option value="{paid["latest_charge"]}"')
    evidence = {"evidence": {"uncategorized_text": "<b>La séance</b> a eu lieu."}}
    sdk.v1.disputes.update(dispute["id"], evidence, {"stripe_account": merchant})
    assertContains(client.get(PAGE), "&lt;b&gt;La séance&lt;/b&gt; a eu lieu.")
    play("win", dispute["id"])
    assert stripe_standin.control.balances()[merchant] == 5755


def test_a_balance_is_paid_out_and_sent_back(play, stripe_standin, merchant, paid):
    play("pay-out", merchant)
    (payout,) = stripe_standin.control.banks()["payouts"]
    assertContains(play("arrive", payout["id"]), "arrivé")
    play("send-back", payout["id"])
    assert stripe_standin.control.balances()[merchant] == 5755


def test_a_late_payment_gets_its_answer(play, client, stripe_standin, merchant, open_session):
    session = open_session()
    stripe_standin.control.pay(session.id, card="4000000000000085")
    assertContains(client.get(PAGE), "banque prend son temps")
    play("settle", session.id, reason="succeeded")
    assert stripe_standin.control.balances()[merchant] == 5755


def test_a_subscription_is_renewed_or_fails(play, stripe_standin, sdk):
    session = sdk.v1.checkout.sessions.create(subscription_params())
    stripe_standin.control.pay(session.id)
    (begun,) = stripe_standin.control.banks()["subscriptions"]
    play("renew", begun["id"])
    invoices = sdk.v1.invoices.list({"subscription": begun["id"]}).data
    assert [invoice.status for invoice in invoices] == ["paid", "paid"]
    assert invoices[0].period_start >= invoices[1].period_start
    play("break-card", begun["id"])
    assertContains(play("renew", begun["id"]), "un renouvellement n’a pas été payé")


@pytest.mark.parametrize("identifier", ["", "\0", "é" * 9, "x" * 10_000, "../reset", "po_unknown"])
def test_nonsense_is_refused_and_does_nothing(play, stripe_standin, identifier):
    assert play("arrive", identifier).status_code in {200, 400}
    assert not stripe_standin.control.ledger()["transactions"]


def test_an_unknown_deed_is_refused(play):
    assert play("reset", "acct_1").status_code == 400


def test_a_stand_in_that_is_down_is_said(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    assert client.post(ACT, {"do": "win", "id": "du_1"}, follow=True).context["down"]
