"""The pages of the withdrawal function: from every page to the receipt, nothing typed lost, and staff's desk."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from booking import access, withdrawal_receipt
from booking.models import (
    Refund,
    Standing,
    Status,
    Withdrawal,
    WithdrawalStep,
    WithdrawalWords,
)
from common.clock import now
from tests.factories.accounts import UserFactory
from tests.factories.withdrawals import DAY, WHO, declared, mails, paid
from tests.plugins.people import say_why

pytestmark = pytest.mark.django_db


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)) | dict(
        re.findall(r'<input type="hidden" name="(\w+)" id="\w+" value="([^"]*)"', page)
    )


# The pages


def test_every_page_leads_to_it(client: Client) -> None:
    assert 'href="/retractation/"' in client.get("/recherche/").content.decode()


def test_from_the_appointment_to_the_receipt_without_typing(client: Client) -> None:
    row = paid()
    client.get(f"/rendez-vous/{row.reference}/acces/{access.token(row)}/")
    assert f"/retractation/?contrat={row.reference}" in client.get(f"/rendez-vous/{row.reference}/").content.decode()
    page = client.get(f"/retractation/?contrat={row.reference}").content.decode()
    for value in ("Léa Bernard", "lea@exemple.fr", row.reference):
        assert f'value="{value}"' in page
    check = client.post("/retractation/", {**WHO, "contract": row.reference})
    assert check.status_code == 200
    assert "60,00\u00a0€" in check.content.decode()
    assert Withdrawal.objects.count() == 0
    done = client.post("/retractation/confirmer/", hidden(check.content.decode()))
    assert done.status_code == 302
    receipt = client.get(done["Location"]).content.decode()
    assert Withdrawal.objects.get().reference in receipt
    address = done["Location"].partition("?")[0]
    assert client.get(f"{address}recu.pdf").content.startswith(b"%PDF")
    # Whoever holds its link reads it; a guess does not.
    assert Client().get(address).status_code == 200
    assert Client().get(f"/retractation/{Withdrawal.objects.get().reference}/faux/").status_code == 404


def test_reference_and_address_typed_by_a_stranger_find_the_contract_and_the_reference_alone_does_not(
    client: Client,
) -> None:
    row = paid()
    found = client.post("/retractation/", {**WHO, "contract": f"mon rendez-vous {row.reference.lower()} !"})
    assert row.practitioner.full_name in found.content.decode()
    other = client.post("/retractation/", {**WHO, "email": "autre@exemple.fr", "contract": row.reference})
    assert other.status_code == 200
    assert row.practitioner.full_name not in other.content.decode()
    client.post("/retractation/confirmer/", hidden(other.content.decode()))
    row.refresh_from_db()
    assert (row.status, Withdrawal.objects.get().standing) == (Status.CONFIRMED, Standing.UNKNOWN)


def test_an_amount_that_changed_meanwhile_is_shown_before_anything_is_declared(client: Client) -> None:
    row = paid()
    page = client.post("/retractation/", {**WHO, "contract": row.reference}).content.decode()
    Refund.objects.create(payment=row.payments.get(), amount_cents=1000, cause="decision", ordered_at=now())
    answer = client.post("/retractation/confirmer/", hidden(page))
    assert answer.status_code == 409
    assert "50,00\u00a0€" in answer.content.decode()
    assert Withdrawal.objects.count() == 0
    assert client.post("/retractation/confirmer/", hidden(answer.content.decode())).status_code == 302


def test_nothing_typed_is_lost_when_going_back_or_erring(client: Client) -> None:
    typed = {**WHO, "contract": "La séance du 3 <mai>"}
    back = client.post("/retractation/", {**typed, "corriger": "1"})
    assert (back.status_code, "La séance du 3 &lt;mai&gt;" in back.content.decode()) == (200, True)
    wrong = client.post("/retractation/", {**typed, "email": "lea"})
    assert (wrong.status_code, "La séance du 3 &lt;mai&gt;" in wrong.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "x" * 10_000, "email": "a@b.fr", "contract": "x"},
        {"name": "\u202e😀", "email": "😀", "contract": "😀" * 400},
    ],
)
@pytest.mark.parametrize("path", ["/retractation/", "/retractation/confirmer/"])
def test_bad_input_is_said_and_declares_nothing(client: Client, path, data) -> None:
    assert client.post(path, data).status_code == 422
    assert Withdrawal.objects.count() == 0


@pytest.mark.parametrize("changed", [{"amount": "9" * 40}, {"amount": "-1"}, {"key": "x"}, {"amount": ""}])
def test_a_tampered_confirmation_is_asked_again(client: Client, changed) -> None:
    row = paid()
    page = client.post("/retractation/", {**WHO, "contract": row.reference}).content.decode()
    assert client.post("/retractation/confirmer/", hidden(page) | changed).status_code == 409
    assert Withdrawal.objects.count() == 0


@pytest.mark.parametrize("asked", ["x" * 5000, "😀", "' or 1=1", "RDV"])
def test_an_odd_contract_in_the_address_is_no_fault(client: Client, asked) -> None:
    assert client.get("/retractation/", {"contrat": asked}).status_code == 200


def test_one_address_receives_few_receipts_of_contracts_that_are_not_found_and_none_is_refused() -> None:
    for _ in range(8):
        declared(None, amount=0)
    assert (Withdrawal.objects.count(), len(mails("receipt"))) == (8, 5)


def test_the_cancellation_page_says_that_withdrawing_gives_back_more(client: Client) -> None:
    row = paid()
    client.get(f"/rendez-vous/{row.reference}/acces/{access.token(row)}/")
    page = client.get(f"/rendez-vous/{row.reference}/annuler/").content.decode()
    assert f"/retractation/?contrat={row.reference}" in page


def test_a_page_of_ones_own_contracts_asks_few_questions(client: Client, django_assert_max_num_queries) -> None:
    user = UserFactory()
    for day in range(6):
        paid(client=user, starts_at=now() + (3 + day) * DAY)
    client.force_login(user)
    with django_assert_max_num_queries(60):
        page = client.get("/retractation/").content.decode()
    assert page.count("?contrat=") == 6


# Staff


def test_staff_find_the_contract_and_the_law_of_the_moment_of_the_declaration_is_carried_out(
    client: Client, login_as
) -> None:
    row = paid(contact_email="autre@exemple.fr")
    declaration = declared(None, amount=0, contract="Ma séance de la semaine")
    login_as(Role.OPERATOR)
    assert declaration.reference in client.get("/cms/retractations/").content.decode()
    address = f"/cms/retractations/{declaration.pk}/"
    say_why(client, address)
    page = client.get(address, {"reference": row.reference}).content.decode()
    assert "60,00\u00a0€" in page
    assert client.post(f"{address}rattacher/", {"reference": "RIEN"}).status_code == 422
    assert client.post(f"{address}rattacher/", {"reference": row.reference}).status_code == 302
    client.post(f"{address}rattacher/", {"reference": row.reference})
    assert WithdrawalStep.objects.filter(what="found").count() == 1
    assert Refund.objects.get().amount_cents == 6000
    assert len(mails("found")) == 1


def test_staff_write_to_whoever_declared(client: Client, login_as) -> None:
    declaration = declared(None, amount=0)
    login_as(Role.OPERATOR)
    address = f"/cms/retractations/{declaration.pk}/"
    say_why(client, address)
    assert client.post(f"{address}repondre/", {"text": ""}).status_code == 422
    assert client.post(f"{address}repondre/", {"text": "Avec quel praticien ?"}).status_code == 302
    (mail,) = mails("answer")
    assert "Avec quel praticien ?" in mail.text


def test_the_receipt_names_the_moment_to_the_second_in_paris() -> None:
    with time_machine.travel(dt.datetime(2026, 7, 1, 22, 30, 5, tzinfo=dt.UTC), tick=False):
        row = declared(None, amount=0)
    words = WithdrawalWords.objects.get()
    assert any("00:30:05" in value for _name, value in withdrawal_receipt.facts(row, words))
