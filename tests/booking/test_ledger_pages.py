"""The operator reads the ledger by party, appointment and date, as a page and as a file; nobody else does."""

import csv
import datetime as dt
import io
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from booking import ledger
from booking.ledger import entries, exploring, post
from booking.models import LedgerTransaction, Payment, Reconciliation
from common.clock import PARIS, now
from common.models import ExportRecord
from tests.factories.accounts import UserFactory
from tests.factories.booking import PaymentFactory
from tests.plugins.people import say_why, sign_in_fully

pytestmark = pytest.mark.django_db
PAGE, FILE, CONTROL = reverse("cms_ledger"), reverse("cms_ledger_export"), reverse("cms_reconciliation")


@pytest.fixture
def operator(client: Client) -> Client:
    sign_in_fully(client, UserFactory(roles=[Role.OPERATOR]))
    say_why(client, FILE)
    return client


def paid(at: dt.datetime | None = None, **fields: object) -> Payment:
    payment: Payment = PaymentFactory(paid_at=at or now(), **fields)
    entries.payment_taken(payment, now=at or now())
    entries.processing_fee_known(payment, cents=115, now=at or now())
    return payment


def lines_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_what_moved_is_shown_with_who_gave_and_who_received(operator: Client) -> None:
    payment = paid()
    text = operator.get(PAGE).content.decode()
    assert payment.appointment.reference in text
    assert payment.appointment.practitioner.full_name in text
    assert text.count("60,00\u00a0€") >= 1
    assert "\u22121,15\u00a0€" not in text


def test_no_client_is_named_only_numbered(operator: Client) -> None:
    payment = paid()
    text = operator.get(PAGE).content.decode()
    client = payment.appointment.client
    assert client.email not in text
    assert payment.appointment.contact_last_name not in text
    assert f"client:{client.pk}" in text.replace("%3A", ":")


@pytest.mark.parametrize("by", ["name", "email", "client", "account", "stripe", "reference"])
def test_it_is_found_by_whose_it_is_and_by_its_appointment(operator: Client, by: str) -> None:
    mine, other = paid(), paid()
    who = mine.appointment.practitioner
    who.first_name, who.last_name, who.sort_name = "Zoé", "Ünal", "unal zoe"
    who.save()
    asked = {
        "name": {"whose": "zoé ünal"},
        "email": {"whose": who.user.email},
        "client": {"whose": mine.appointment.client.email},
        "account": {"whose": str(ledger.practitioner(who.pk))},
        "stripe": {"whose": mine.account.account_id},
        "reference": {"reference": mine.appointment.reference.lower()},
    }[by]
    if "whose" in asked:
        say_why(operator, f"{PAGE}?{urlencode(asked)}")
    text = operator.get(PAGE, asked).content.decode()
    assert mine.appointment.reference in text
    assert other.appointment.reference not in text


def test_dates_are_days_of_paris_both_included(operator: Client) -> None:
    last_minute = dt.datetime(2026, 3, 31, 23, 59, tzinfo=PARIS)
    inside, outside = paid(last_minute), paid(last_minute + dt.timedelta(minutes=1))
    rows = lines_of(operator.get(FILE, {"begins": "2026-03-31", "ends": "2026-03-31"}))
    references = {row[3] for row in rows[1:]}
    assert references == {inside.appointment.reference}
    assert outside.appointment.reference not in references


def test_balances_of_an_account_before_during_and_after(operator: Client) -> None:
    early = paid(dt.datetime(2026, 3, 1, 12, tzinfo=PARIS))
    whose = ledger.practitioner(early.account.practitioner_id)
    post(
        kind="payout", key="po", at=dt.datetime(2026, 3, 20, 12, tzinfo=PARIS),
        lines={whose: -1000, ledger.bank(whose.party): 1000},
    )  # fmt: skip
    search = exploring.Search(accounts=(whose,), begins=dt.datetime(2026, 3, 10, tzinfo=PARIS))
    (held,) = exploring.holdings(search)
    assert (held.before_cents, held.in_cents, held.out_cents, held.after_cents) == (5755, 0, 1000, 4755)
    say_why(operator, f"{PAGE}?{urlencode({'whose': str(whose)})}")
    assert "47,55\u00a0€" in operator.get(PAGE, {"whose": str(whose), "begins": "2026-03-10"}).content.decode()


def test_all_accounts_together_hold_nothing_at_any_date() -> None:
    paid(now() - dt.timedelta(days=9))
    paid()
    for ends in (None, now() - dt.timedelta(days=5)):
        assert sum(cents for _words, cents in exploring.totals(ends=ends)) == 0
    before_all = exploring.totals(ends=now() - dt.timedelta(days=20))
    assert {cents for _words, cents in before_all} == {0}


def test_the_file_has_every_line_and_no_cell_that_a_spreadsheet_would_compute(operator: Client) -> None:
    paid()
    post(kind="correction", key="=1+1", at=now(), lines={ledger.PLATFORM: -7, ledger.STRIPE: 7}, note="=HYPERLINK(1)")
    rows = lines_of(operator.get(FILE))
    assert len(rows) == 1 + 8
    assert all(ExportRecord.objects.get().reference in row[-1] for row in rows[1:])
    assert rows[1][2].startswith("'=")
    assert rows[1][8].startswith("'=")
    assert {row[6] for row in rows[1:]} >= {"60,00", "2,45", "1,15", "0,07", ""}


def test_pages_follow_one_another_without_a_gap(operator: Client) -> None:
    moment = now()
    for number in range(exploring.PAGE + 7):
        post(kind="correction", key=f"k{number}", at=moment, lines={ledger.PLATFORM: -1, ledger.STRIPE: 1})
    first = operator.get(PAGE)
    seen = [move["row"].pk for move in first.context["movements"]]
    second = operator.get(PAGE, {"avant": first.context["next"]})
    seen += [move["row"].pk for move in second.context["movements"]]
    assert seen == list(LedgerTransaction.objects.values_list("pk", flat=True))
    assert not second.context["next"]


def test_its_queries_do_not_grow_with_what_it_shows(operator: Client, django_assert_max_num_queries) -> None:
    for _number in range(8):
        paid()
    operator.get(PAGE)
    with django_assert_max_num_queries(16):
        operator.get(PAGE)


@pytest.mark.parametrize(
    "asked",
    [
        {"whose": "personne de ce nom"},
        {"whose": "é" * 10_000},
        {"reference": "x" * 400},
        {"kind": "nonsense"},
        {"begins": "2026-99-99"},
        {"begins": "0001-01-01"},
        {"ends": "9999-12-31"},
        {"begins": "2026-05-02", "ends": "2026-05-01"},
    ],
)
def test_what_cannot_be_read_is_said_and_kept(operator: Client, asked: dict[str, str]) -> None:
    for address in (PAGE, FILE):
        response = operator.get(address, asked)
        assert response.status_code == 422
        assert "error-message" in response.content.decode()


@pytest.mark.parametrize("before", ["", "x", "2026-01-01T00:00:00/1", "2026-13-01T00:00:00+00:00/1", "a/" + "9" * 40])
def test_a_page_that_does_not_exist_is_the_first(operator: Client, before: str) -> None:
    paid()
    response = operator.get(PAGE, {"avant": before})
    assert response.status_code == 200
    assert len(response.context["movements"]) == 3


def test_the_control_names_what_was_found(operator: Client) -> None:
    assert operator.get(CONTROL).status_code == 200
    given = {
        "code": "stripe",
        "subject": "RDV1/1",
        "expected_cents": 6000,
        "found_cents": 5999,
        "account": "acct_1",
        "payment_id": 3,
    }
    Reconciliation.objects.create(
        started_at=now(), ended_at=now(), lines=12, accounts=3, count=1, unanswered=2, differences=[given]
    )
    text = operator.get(CONTROL).content.decode()
    assert "RDV1/1" in text
    assert "\u22120,01\u00a0€" in text


def test_the_operator_s_first_page_says_how_the_last_control_ended(operator: Client) -> None:
    home = reverse("wagtailadmin_home")
    assert "pas encore été comparé" in operator.get(home).content.decode()
    Reconciliation.objects.create(started_at=now(), ended_at=now(), count=3, unanswered=1)
    text = operator.get(home).content.decode()
    assert "3 écarts au grand livre" in text
    assert "1 compte sans réponse de Stripe" in text
    Reconciliation.objects.update(count=0, unanswered=0)
    assert "au centime près" in operator.get(home).content.decode()


def test_it_is_compared_on_demand_once_at_a_time(operator: Client, stripe) -> None:
    start = reverse("cms_reconciliation_start")
    assert operator.get(start).status_code == 405
    assert operator.post(start).status_code == 302
    assert Reconciliation.objects.count() == 1
    Reconciliation.objects.update(ended_at=None)
    operator.post(start)
    assert Reconciliation.objects.count() == 1


@pytest.mark.parametrize("address", [PAGE, FILE, CONTROL])
def test_only_the_operator_reads_it(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    for roles in ([Role.MODERATION], [Role.EDITOR]):
        sign_in_fully(client, UserFactory(roles=roles))
        assert client.get(address).headers["Location"] == reverse("wagtailadmin_home")
