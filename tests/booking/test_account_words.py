"""What Stripe still asks of a practitioner, said in plain words: what, until when, and what it blocks."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.account_words import missing
from booking.actions import accounts
from booking.models import FeeRate, StripeAccount
from common.clock import now
from tests.booking.conftest import Stripe
from tests.factories.booking import StripeAccountFactory, bookable_practitioner

PAGE = "/espace-praticien/paiements/"
pytestmark = pytest.mark.django_db


def asked(what: str, **more: Any) -> dict[str, Any]:
    return {"what": what, "waits_for": "user", "due": "currently_due", "by": None, "blocks": [], "errors": []} | more


def test_the_most_urgent_first_and_each_thing_once() -> None:
    found = missing(
        [
            asked("identity.individual.address.city", due="eventually_due"),
            asked("identity.individual.address.line1", due="past_due", blocks=["card_payments"]),
            asked(
                "configuration.merchant.bank_account", by="2026-12-01T09:00:00.000Z", blocks=["stripe_balance.payouts"]
            ),
            asked("identity.individual.address.line1", waits_for="stripe"),
        ]
    )
    assert [(item.theirs, item.overdue, item.blocks_cards, item.blocks_payouts) for item in found] == [
        (False, True, True, False), (False, False, False, True), (True, False, False, False),
    ]  # fmt: skip
    assert found[1].by == dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def test_what_nobody_foresaw_is_said_all_the_same() -> None:
    (one,) = missing([asked("brand.new.thing", due="whenever", by="soon", blocks=None, errors=None)])
    assert "Stripe" in str(one.what)
    assert one.by is None
    assert [str(item.what) for item in missing(["identity.individual.date_of_birth"])] == ["Votre date de naissance"]


class TestThePage:
    @pytest.fixture
    def office(self, client: Client, login_as: Any, stripe: Stripe, documents: None) -> Any:
        practitioner, _service = bookable_practitioner(payment="full", price_cents=6000)
        StripeAccountFactory(practitioner=practitioner, account_id=stripe.account)
        login_as(practitioner.user)
        return practitioner

    def test_says_what_is_missing_what_it_blocks_and_what_is_not_offered(
        self, client: Client, office: Any, stripe: Stripe
    ) -> None:
        stripe.control.set_account(stripe.account, "restricted")
        page = client.get(f"{PAGE}?retour=1").content.decode()
        assert "carte d’identité" in page
        assert "IBAN" in page
        assert "aucun client ne peut payer en ligne" in page
        assert "n’est pas versé à votre banque" in page
        assert office.services.get().name in page
        stripe.control.set_account(stripe.account, "pending")
        page = client.get(f"{PAGE}?retour=1").content.decode()
        assert "Vous n’avez rien à faire" in page
        stripe.control.set_account(stripe.account, "active")
        page = client.get(f"{PAGE}?retour=1").content.decode()
        assert "Tout est en ordre" in page
        assert StripeAccount.objects.get().requirements == []

    def test_dates_the_deadline(self, client: Client, office: Any, settings: Any) -> None:
        until = dt.datetime(2027, 1, 4, 11, tzinfo=dt.UTC)
        rows = [asked("tax_id", by=until.isoformat(), blocks=["card_payments"], errors=["<b>Illisible</b>"])]
        StripeAccount.objects.update(card_payments="active", requirements=rows)
        page = client.get(PAGE).content.decode().replace("\u00a0", " ")
        assert "4 janvier 2027" in page
        assert "aucun client ne pourra plus payer" in page
        assert "&lt;b&gt;Illisible" in page

    def test_announces_the_coming_fee(self, client: Client, office: Any) -> None:
        FeeRate.objects.create(valid_from=now() + dt.timedelta(days=20), basis_points=250, fixed_cents=50)
        assert "2,5\u00a0% + 0,50\u00a0€" in client.get(PAGE).content.decode()

    def test_stripe_silent_keeps_what_was_known(self, client: Client, office: Any, settings: Any) -> None:
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        assert client.get(f"{PAGE}?retour=1").status_code == 200
        assert StripeAccount.objects.get().card_payments == "active"

    def test_what_is_read_is_kept_whole(self, office: Any, stripe: Stripe) -> None:
        stripe.control.set_account(stripe.account, "restricted")
        account = accounts.refresh(account_pk=StripeAccount.objects.get().pk, now=now())
        assert {row["due"] for row in account.requirements} == {"past_due"}
        assert all("card_payments" in row["blocks"] for row in account.requirements)
