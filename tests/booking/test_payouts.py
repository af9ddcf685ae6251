"""What Stripe sends to a practitioner's bank: each sum with the appointments in it, failures told, the books equal to Stripe's."""

import csv
import io
from typing import Any

import pytest

from booking import tasks
from booking.actions import payouts, refunds
from booking.ledger import bank, practitioner
from booking.ledger.balances import balance
from booking.models import Payout, PayoutLine, Refund
from common.clock import now
from common.models import OutboxMessage
from tests.booking.bank_case import Case, case
from tests.booking.test_money_story import payout_of
from tests.factories.booking import AppointmentFactory, PaymentFactory

__all__ = ["case"]
NB = "\u00a0"
LIST = "/espace-praticien/paiements/virements/"
pytestmark = pytest.mark.django_db


def paid_out(case: Case, **how: Any) -> Payout:
    made = case.stripe.control.make_payout(case.stripe.account)
    case.news()
    if how:
        case.stripe.control.end_payout(made["id"], **how)
        case.news()
    return Payout.objects.get(payout_id=made["id"])


def same_cents(case: Case) -> None:
    theirs = case.stripe.control.balances()
    assert balance(practitioner(case.practitioner.pk)) == theirs[case.stripe.account]
    assert balance(bank(case.practitioner.pk)) == theirs[f"bank_{case.stripe.account}"]


def test_a_payout_is_shown_with_its_date_its_state_and_what_is_in_it(case: Case) -> None:
    row = paid_out(case)
    assert (row.amount_cents, row.status, row.lines_read_at is not None) == (5755, "in_transit", True)
    line = row.lines.get()
    assert (line.kind, line.amount_cents, line.fee_cents, line.payment) == ("payment", 6000, 245, case.payment)
    same_cents(case)
    shown = case.office.get(LIST).content.decode()
    assert "En route vers la banque" in shown
    assert f"57,55{NB}€" in shown
    inside = case.office.get(f"{LIST}{row.pk}/").content.decode()
    assert case.appointment.reference in inside
    assert "Léa Bernard" in inside
    assert f"−2,45{NB}€" in inside


def test_refunds_and_disputes_are_in_it_too(case: Case) -> None:
    with case.visitor.on_commit(execute=True):
        sent = case.office.post(
            f"/espace-praticien/rendez-vous/{case.appointment.reference}/rembourser/",
            {"montant": "10", "reste": "6000"},
        )
    assert sent.status_code == 302
    case.news()
    row = paid_out(case)
    kinds = {line.kind: line for line in row.lines.all()}
    assert set(kinds) == {"payment", "refund"}
    assert kinds["refund"].refund is not None
    assert sum(line.net_cents for line in row.lines.all()) == row.amount_cents == 4755
    same_cents(case)


def test_one_that_arrived_says_so_in_the_appointment_s_story(case: Case) -> None:
    paid_out(case, failure="")
    row = Payout.objects.get()
    assert row.status == "paid"
    page = case.office.get(f"/espace-praticien/rendez-vous/{case.appointment.reference}/").content.decode()
    assert f"57,55{NB}€ sont arrivés sur votre compte bancaire" in page
    same_cents(case)


def test_one_that_the_bank_refused_is_told_once_and_the_money_is_back(case: Case) -> None:
    row = paid_out(case, failure="account_closed")
    assert row.status == "failed"
    assert "closed" in row.failure_message
    assert OutboxMessage.objects.filter(template="booking/payout_failed").count() == 1
    assert balance(bank(case.practitioner.pk)) == 0
    assert balance(practitioner(case.practitioner.pk)) == 5755
    same_cents(case)
    assert "Votre banque a refusé" in case.office.get(f"{LIST}{row.pk}/").content.decode()
    assert "Votre banque a refusé" in case.office.get("/espace-praticien/").content.decode()
    payouts.refresh(account=row.account, payout_id=row.payout_id, now=now())
    assert OutboxMessage.objects.filter(template="booking/payout_failed").count() == 1


def test_news_in_any_order_and_twice_change_nothing(case: Case) -> None:
    made = case.stripe.control.make_payout(case.stripe.account)
    first = case.stripe.control.take()
    case.stripe.control.end_payout(made["id"])
    last = case.stripe.control.take()
    for item in [*reversed(last), *first, *last, *reversed(first)]:
        assert case.visitor.webhook(item).status_code == 200
    assert Payout.objects.get().status == "paid"
    assert PayoutLine.objects.count() == 1
    same_cents(case)


def test_one_that_no_notification_told_of_is_found_at_night(case: Case) -> None:
    made = case.stripe.control.make_payout(case.stripe.account)
    case.stripe.control.take()
    with case.visitor.on_commit(execute=True):
        tasks.read_accounts()
    assert Payout.objects.get(payout_id=made["id"]).lines.count() == 1
    assert payouts.look_for_new(account=Payout.objects.get().account, now=now()) == 0


def test_a_refund_whose_answer_was_lost_finds_its_line_once_it_is_known(case: Case) -> None:
    """Stripe made it and paid the rest out before the sweep learnt of it."""
    with case.visitor.on_commit(execute=True):
        case.office.post(
            f"/espace-praticien/rendez-vous/{case.appointment.reference}/rembourser/",
            {"montant": "10", "reste": "6000"},
        )
    Refund.objects.update(status="pending", refund_id=None, settled_at=None, attempts=1)
    case.stripe.control.take()
    row = paid_out(case)
    line = row.lines.get(kind="refund")
    assert (line.refund, line.payment) == (None, case.payment)
    refunds.send(refund_id=Refund.objects.get().pk, now=now())
    tasks.read_account_money(row.account_id)
    line.refresh_from_db()
    assert line.refund == Refund.objects.get()
    same_cents(case)


def test_a_payment_and_a_dispute_known_later_find_their_lines_and_what_is_not_ours_stays_alone(case: Case) -> None:
    dispute = case.contest(amount=1000)
    row = paid_out(case)
    PayoutLine.objects.update(payment=None, dispute=None)
    PayoutLine.objects.create(
        payout=row, line_id="txn_hand", kind="payment", amount_cents=900, source="ch_hand", payment_intent="pi_hand"
    )
    assert payouts.link_known(account=row.account, now=now()) == 2
    kinds = {line.kind: line for line in row.lines.exclude(line_id="txn_hand")}
    assert kinds["payment"].payment == kinds["dispute"].payment == case.payment
    assert kinds["dispute"].dispute == dispute
    assert row.lines.get(line_id="txn_hand").payment is None
    assert payouts.link_known(account=row.account, now=now()) == 0


def test_the_export_has_a_line_for_each_movement_and_numbers_stay_numbers(case: Case) -> None:
    paid_out(case)
    payout_of(
        PaymentFactory(appointment=AppointmentFactory(contact_last_name="Ailleurs", advance_cents=6000, fee_cents=245)),
        "paid",
    )
    answer = case.office.get(f"{LIST}virements.csv")
    text = answer.content.decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(text), delimiter=";")
    assert answer["Content-Disposition"] == 'attachment; filename="virements.csv"'
    assert len(lines) == 1
    row = dict(zip(head, lines[0], strict=True))
    assert (row["Montant du virement"], row["Brut"], row["Frais de service"], row["Net"]) == (
        "57,55",
        "60,00",
        "2,45",
        "57,55",
    )
    assert row["Rendez-vous"] == case.appointment.reference
    assert "Ailleurs" not in text


def test_another_s_payout_does_not_exist(case: Case) -> None:
    other = payout_of(PaymentFactory(appointment=AppointmentFactory(advance_cents=6000, fee_cents=245)), "paid")
    for number in (other.pk, 0, 10**30):
        assert case.office.get(f"{LIST}{number}/").status_code == 404
        assert case.office.get(f"/espace-praticien/paiements/litiges/{number}/").status_code == 404
    assert "312,40" not in case.office.get(LIST).content.decode()


def test_nonsense_in_the_address_is_as_nothing(case: Case) -> None:
    paid_out(case)
    for query in ("annee=1", "annee=9999", "annee=٢٠٢٦", "annee=" + "1" * 5000, "page=x", "annee=%00"):
        for path in (LIST, f"{LIST}virements.csv"):
            assert case.office.get(f"{path}?{query}").status_code in {200, 400}


def test_many_payouts_cost_as_many_queries_as_one(case: Case, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        row = payout_of(case.payment, "paid")
        Payout.objects.filter(pk=row.pk).update(payout_id=f"po_{number}")
    case.office.get(LIST)
    with django_assert_max_num_queries(24):
        assert case.office.get(LIST).content.decode().count("312,40") == 12
