"""Invoices that are not paid in time: the law's interest by its dated table, the 40 €, steps in order that a contest suspends."""

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from booking.actions import client_invoices, invoices, late_payments
from booking.actions.invoices import Draft, Line
from booking.errors import NothingToPay, StepSuspended, StepTooEarly
from booking.invoicing import parties
from booking.late_payment import INDEMNITY_CENTS, Rate, claim, interest, is_missing, rates, stretches
from booking.models import ClientRequest, Dispute, Invoice, LateHold, LateRate, LateStep, Vat
from booking.tasks import follow_up_late_payments
from common.clock import PARIS
from common.models import OutboxMessage
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.invoices import billing_practitioner, session_that_took_place
from tests.plugins.people import say_why, sign_in_fully

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 10, tzinfo=PARIS)
DUE = dt.date(2026, 3, 2)
TABLE = [Rate(dt.date(2025, 7, 1), 1215), Rate(dt.date(2026, 1, 1), 1215), Rate(dt.date(2026, 7, 1), 1300)]
Kind = LateStep.Kind


def of_platform(practitioner: Practitioner | None = None, cents: int = 120_00, now: dt.datetime = NOW) -> Invoice:
    """An invoice of a paid service, due the day it is issued."""
    practitioner = practitioner or billing_practitioner()
    draft = Draft(
        kind=Invoice.Kind.SERVICE,
        practitioner=practitioner,
        prefix="F",
        seller=parties.platform(),
        buyer=parties.practitioner(practitioner),
        vat=Vat.STANDARD,
        lines=[Line("Abonnement", cents)],
        notes=[],
    )
    return invoices.issue(draft=draft, now=now)


def of_client(now: dt.datetime = NOW, paid: int = 0) -> Invoice:
    """A session that was not all paid online, invoiced in the practitioner's name."""
    with time_machine.travel(now, tick=False):
        appointment = session_that_took_place(billing_practitioner(), paid=paid)
    return client_invoices.issue(appointment=appointment, now=now)


def later(days: int) -> dt.datetime:
    return NOW + dt.timedelta(days=days)


def take(invoice: Invoice, kind: str, days: int, by: User | None = None) -> LateStep:
    return late_payments.take(invoice_id=invoice.pk, kind=kind, by=by, now=later(days))


def found(invoice: Invoice, days: int) -> Any:
    today = later(days).date()
    rows = late_payments.overdue(issuer=invoice.issuer, today=today).filter(pk=invoice.pk)
    return late_payments.situations(rows, today=today)[0]


# Interest


def test_a_year_at_the_rate_is_the_rate() -> None:
    whole = [Rate(dt.date(2020, 1, 1), 1215)]
    assert interest(1000_00, stretches(dt.date(2022, 12, 31), dt.date(2023, 12, 31), whole)) == 121_50


def test_interest_changes_with_the_half_year() -> None:
    parts = stretches(dt.date(2026, 6, 20), dt.date(2026, 7, 10), TABLE)
    assert [(part.days, part.rate.basis_points) for part in parts] == [(10, 1215), (10, 1300)]
    # 1 000 € × (10 × 12,15 % + 10 × 13 %) ÷ 365 = 6,8904 €
    assert interest(1000_00, parts) == 689


def test_the_due_day_itself_bears_nothing_and_the_next_one_does() -> None:
    assert stretches(DUE, DUE, TABLE) == []
    assert stretches(DUE, DUE + dt.timedelta(days=1), TABLE)[0].days == 1


def test_before_the_first_known_rate_nothing_is_claimed() -> None:
    assert stretches(dt.date(2020, 1, 1), dt.date(2020, 6, 1), TABLE) == []
    assert stretches(dt.date(2020, 1, 1), dt.date(2025, 7, 2), TABLE)[0].days == 2
    assert interest(1000_00, stretches(DUE, DUE + dt.timedelta(days=9), [])) == 0


days = st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1))


@given(days, days, days, st.integers(0, 10**9))
def test_interest_grows_with_time_and_adds_up(a: dt.date, b: dt.date, c: dt.date, cents: int) -> None:
    due, middle, end = sorted((a, b, c))
    whole = interest(cents, stretches(due, end, TABLE))
    parts = interest(cents, stretches(due, middle, TABLE)) + interest(cents, stretches(middle, end, TABLE))
    assert abs(whole - parts) <= 1
    assert 0 <= interest(cents, stretches(due, middle, TABLE)) <= whole
    assert sum(part.days for part in stretches(due, end, TABLE)) <= (end - due).days


def test_the_table_that_is_delivered_says_its_sources_and_what_is_not_written_yet() -> None:
    known = rates()
    assert [(rate.from_day, rate.basis_points) for rate in known][-1] == (dt.date(2026, 1, 1), 1215)
    assert all(rate.source for rate in known)
    assert is_missing(known, dt.date(2026, 7, 1))
    assert not is_missing(known, dt.date(2026, 6, 30))


@pytest.mark.parametrize("fields", [{"from_day": dt.date(2026, 7, 2)}, {"ecb_basis_points": 5001}, {"source": ""}])
def test_the_database_refuses_a_rate_that_is_none(fields: dict[str, Any]) -> None:
    row = {"from_day": dt.date(2027, 1, 1), "ecb_basis_points": 200, "source": "BCE"} | fields
    with pytest.raises(IntegrityError), transaction.atomic():
        LateRate.objects.create(**row)


def test_professionals_owe_interest_and_forty_euros_consumers_neither() -> None:
    on = later(30).date()
    assert claim(of_platform(), 120_00, on=on, known=rates()).indemnity_cents == INDEMNITY_CENTS
    assert claim(of_client(), 60_00, on=on, known=rates()).total_cents == 0
    assert claim(of_platform(), 0, on=on, known=rates()).total_cents == 0


# Steps


def test_the_steps_come_in_order_each_at_its_time_and_once() -> None:
    invoice, by = of_platform(), UserFactory()
    with pytest.raises(StepTooEarly):
        take(invoice, Kind.REMINDER, 2)
    with pytest.raises(StepTooEarly):
        take(invoice, Kind.NOTICE, 40)
    take(invoice, Kind.REMINDER, 3)
    with pytest.raises(StepTooEarly):
        take(invoice, Kind.REMINDER, 40)
    take(invoice, Kind.SECOND, 15)
    take(invoice, Kind.NOTICE, 30)
    step = take(invoice, Kind.CHARGE, 45, by)
    assert (step.due_cents, step.interest_cents, step.indemnity_cents) == (120_00, 180, 40_00)
    assert found(invoice, 60).next_kind == ""
    assert OutboxMessage.objects.filter(template="money/late_step").count() == 4
    text = OutboxMessage.objects.get(key=f"late-{step.pk}").text
    assert "161,80\u00a0€" in text


def test_two_steps_never_come_within_a_week() -> None:
    invoice = of_platform()
    take(invoice, Kind.REMINDER, 50)
    with pytest.raises(StepTooEarly):
        take(invoice, Kind.SECOND, 56)
    take(invoice, Kind.SECOND, 57)


def test_a_consumer_is_asked_for_nothing_more_than_the_price() -> None:
    invoice = of_client()
    for kind, day in ((Kind.REMINDER, 3), (Kind.SECOND, 15), (Kind.NOTICE, 30)):
        take(invoice, kind, day)
    assert found(invoice, 90).next_kind == ""
    assert not OutboxMessage.objects.filter(template="money/late_step", text__contains="L441-10").exists()


def test_what_was_paid_or_credited_is_no_longer_asked_for() -> None:
    paid, credited = of_platform(), of_platform()
    invoices.mark_paid(invoice=paid, now=later(5))
    invoices.credit(invoice=credited, lines=[Line("Abonnement", 20_00)], reason="Geste", now=later(5))
    with pytest.raises(NothingToPay):
        take(paid, Kind.REMINDER, 6)
    assert take(credited, Kind.REMINDER, 6).due_cents == 100_00


def test_the_column_of_the_list_is_what_the_invoices_say_is_outstanding() -> None:
    whole, part = of_platform(), of_platform()
    invoices.credit(invoice=part, lines=[Line("Abonnement", 20_00)], reason="Geste", now=NOW)
    for invoice in (whole, part):
        assert found(invoice, 9).outstanding == invoices.outstanding(invoice)


def test_a_contest_suspends_the_steps_until_it_is_settled() -> None:
    invoice, by = of_platform(), UserFactory()
    late_payments.contest(invoice_id=invoice.pk, reason="Résilié en février", by=by, now=later(2))
    with pytest.raises(StepSuspended):
        take(invoice, Kind.REMINDER, 10)
    with pytest.raises(StepSuspended):
        late_payments.contest(invoice_id=invoice.pk, reason="Encore", by=by, now=later(3))
    assert late_payments.due_for_platform(now=later(10)) == []
    late_payments.settle(invoice_id=invoice.pk, by=by, now=later(11))
    assert take(invoice, Kind.REMINDER, 11).kind == Kind.REMINDER


def test_an_open_request_of_the_client_suspends_the_steps() -> None:
    invoice = of_client()
    ClientRequest.objects.create(
        reference="DEM0000001",
        appointment=invoice.appointment,
        kind="complaint",
        opened_at=later(1),
        answer_by=later(20),
    )
    with pytest.raises(StepSuspended):
        take(invoice, Kind.REMINDER, 10)
    ClientRequest.objects.update(state="closed", ended_at=later(11))
    take(invoice, Kind.REMINDER, 12)


def test_a_dispute_at_the_bank_suspends_the_steps() -> None:
    invoice = of_client(paid=2000)
    Dispute.objects.create(
        payment=invoice.appointment.payments.get(),
        dispute_id="dp_1",
        status="needs_response",
        amount_cents=2000,
        opened_at=NOW,
        read_at=NOW,
    )
    with pytest.raises(StepSuspended):
        take(invoice, Kind.REMINDER, 10)


def test_the_sweep_reminds_practitioners_but_never_their_clients_nor_claims_by_itself() -> None:
    mine, theirs = of_platform(), of_client()
    for day in range(80):
        with time_machine.travel(later(day), tick=False):
            follow_up_late_payments()
            follow_up_late_payments()
    assert [step.kind for step in mine.late_steps.all()] == [Kind.REMINDER, Kind.SECOND, Kind.NOTICE]
    assert not theirs.late_steps.exists()


def test_steps_and_settled_contests_are_changed_by_nobody() -> None:
    invoice, by = of_platform(), UserFactory()
    take(invoice, Kind.REMINDER, 3)
    late_payments.contest(invoice_id=invoice.pk, reason="Non", by=by, now=later(4))
    late_payments.settle(invoice_id=invoice.pk, by=by, now=later(5))
    for statement in (
        "update booking_latestep set due_cents = 1",
        "delete from booking_latestep",
        "update booking_latehold set reason = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert LateHold.objects.get().reason == "Non"


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_take_a_step_once() -> None:
    invoice = of_platform()
    gate, outcomes = threading.Barrier(8), []

    def run() -> None:
        gate.wait()
        try:
            take(invoice, Kind.REMINDER, 5)
            outcomes.append("taken")
        except StepTooEarly:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken"] + ["too late"] * 7
    assert OutboxMessage.objects.filter(template="money/late_step").count() == 1


def test_the_list_is_read_in_a_few_queries_whatever_its_length(django_assert_max_num_queries: Any) -> None:
    practitioner = billing_practitioner()
    for _ in range(5):
        take(of_platform(practitioner), Kind.REMINDER, 4)
    with django_assert_max_num_queries(4):
        rows = late_payments.overdue(issuer=None, today=later(9).date())
        assert len(late_payments.situations(rows, today=later(9).date())) == 5


# Pages


@pytest.fixture
def desk() -> Client:
    client = Client()
    sign_in_fully(client, UserFactory(roles=[Role.OPERATOR]))
    return client


def test_the_operator_sees_claims_and_marks_paid(desk: Client) -> None:
    invoice = of_platform()
    with time_machine.travel(later(20), tick=False):
        page = desk.get("/cms/impayes/").content.decode()
        assert invoice.number in page
        assert "40,00\u00a0€" in page
        address = f"/cms/impayes/{invoice.pk}/"
        say_why(desk, address)
        assert "12,15\u00a0%" in desk.get(address).content.decode()
        assert desk.post(f"{address}etape/", {"etape": "notice"}).status_code == 409
        assert desk.post(f"{address}etape/", {"etape": "reminder"}).status_code == 302
        assert desk.post(f"{address}contestee/", {"reason": " "}).status_code == 422
        assert desk.post(f"{address}contestee/", {"reason": "x" * 501}).status_code == 422
        assert desk.post(f"{address}contestee/", {"reason": "Résilié"}).status_code == 302
        assert "Résilié" in desk.get(address).content.decode()
        assert desk.post(f"{address}reprendre/").status_code == 302
        assert desk.post(f"{address}payee/").status_code == 302
        assert desk.get(address).status_code == 404
        assert desk.get("/cms/impayes/?p=%EF%BC%91").status_code == 200


def test_the_missing_half_year_is_said(desk: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 7, 3, 10, tzinfo=PARIS), tick=False):
        assert "1er\u00a0juillet 2026" in desk.get("/cms/impayes/").content.decode()


def test_rates_are_written_in_the_cms_and_stay_once_begun(desk: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 7, 3, 10, tzinfo=PARIS), tick=False):
        words = {"from_day": "2026-07-01", "ecb_basis_points": "215", "source": "BCE, juillet 2026"}
        desk.post("/cms/taux-de-retard/create/", words)
        row = LateRate.objects.get(from_day=dt.date(2026, 7, 1))
        assert desk.post(f"/cms/taux-de-retard/edit/{row.pk}/", words | {"ecb_basis_points": "900"}).status_code == 302
        row.refresh_from_db()
        assert row.ecb_basis_points == 215


def test_a_rate_that_is_none_is_refused_with_words(desk: Client) -> None:
    answer = desk.post(
        "/cms/taux-de-retard/create/", {"from_day": "2026-07-02", "ecb_basis_points": "215", "source": "BCE"}
    )
    assert answer.status_code == 200
    assert not LateRate.objects.filter(from_day=dt.date(2026, 7, 2)).exists()


def test_the_practitioner_decides_of_each_step_towards_own_clients(client: Client) -> None:
    invoice, other = of_client(), of_client()
    assert invoice.issuer is not None
    sign_in_fully(client, invoice.issuer.user)
    with time_machine.travel(later(20), tick=False):
        page = client.get("/espace-praticien/paiements/impayes/").content.decode()
        assert f"/{invoice.pk}/" in page
        assert f"/{other.pk}/" not in page
        address = f"/espace-praticien/paiements/impayes/{invoice.pk}/"
        assert client.get(address).status_code == 200
        assert client.post(f"{address}etape/", {"etape": "reminder"}).status_code == 302
        assert client.post(f"{address}etape/", {"etape": "reminder"}).status_code == 409
        assert client.post(f"{address}contestee/", {"reason": "La séance était trop courte"}).status_code == 302
        assert "trop courte" in client.get(address).content.decode()
        assert client.post(f"{address}reprendre/").status_code == 302
        theirs = f"/espace-praticien/paiements/impayes/{other.pk}/"
        assert client.get(theirs).status_code == 404
        for step in ("etape", "contestee", "reprendre"):
            assert client.post(f"{theirs}{step}/", {"etape": "reminder", "reason": "x"}).status_code == 404


def test_who_owes_the_platform_may_contest_but_settles_nothing_alone(client: Client) -> None:
    invoice = of_platform()
    sign_in_fully(client, invoice.practitioner.user)
    with time_machine.travel(later(20), tick=False):
        assert invoice.number in client.get("/espace-praticien/paiements/impayes/").content.decode()
        address = f"/espace-praticien/paiements/impayes/{invoice.pk}/"
        assert client.post(f"{address}contestee/", {"reason": "Résilié"}).status_code == 302
        assert client.post(f"{address}reprendre/").status_code == 404
        assert client.post(f"{address}etape/", {"etape": "reminder"}).status_code == 404
        assert LateHold.objects.get().closed_at is None
