"""The withdrawal function of the law: always open, dated, receipted; carried out where the law gives the right, to the cent."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from booking.actions.withdrawal_findings import finding
from booking.errors import AmountChanged
from booking.models import (
    Appointment,
    ClientRequest,
    Refund,
    Standing,
    Status,
    Withdrawal,
    WithdrawalRule,
)
from booking.withdrawal_terms import judge, last_day, period_end
from common.clock import PARIS, now
from tests.factories.withdrawals import DAY, HOUR, declared, mails, paid

# What the law gives


@pytest.mark.parametrize(
    ("concluded", "last"),
    [
        ("2026-03-02", "2026-03-16"),
        # A Saturday, a Sunday and Easter Monday are not the last day.
        ("2026-03-21", "2026-04-07"),
        ("2026-03-23", "2026-04-07"),
        # Bastille Day, a Tuesday.
        ("2026-06-30", "2026-07-15"),
        # New Year's Day 2027 is a Friday: Monday it is.
        ("2026-12-18", "2027-01-04"),
    ],
)
def test_the_period_is_fourteen_days_after_the_day_of_the_contract_and_ends_on_a_working_day(concluded, last) -> None:
    assert last_day(dt.date.fromisoformat(concluded)) == dt.date.fromisoformat(last)


def test_the_period_ends_with_the_last_hour_of_its_last_day_in_paris() -> None:
    # Ten to midnight in Paris is the same day there, and already the next one in UTC's summer.
    end = period_end(dt.datetime(2026, 6, 30, 23, 50, tzinfo=PARIS))
    assert end.astimezone(PARIS) == dt.datetime(2026, 7, 16, 0, 0, tzinfo=PARIS)


@given(
    left=st.integers(0, 50_000),
    price=st.integers(0, 50_000),
    booked=st.integers(-40, 0),
    start=st.integers(-300, 300),
    express=st.booleans(),
    status=st.sampled_from(Status.values),
    excluded=st.sampled_from(["", "Loisirs à date fixe."]),
    office=st.booleans(),
)
def test_never_more_than_is_left_never_owed_without_the_express_request(
    left, price, booked, start, express, status, excluded, office
) -> None:
    moment = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
    begins = moment + dt.timedelta(minutes=start)
    row = Appointment(
        status=status, price_cents=price, starts_at=begins, ends_at=begins + HOUR, booked_in_office=office,
        booked_at=moment + booked * DAY, express_request_at=moment if express else None,
    )  # fmt: skip
    found = judge(row, left=left, excluded=excluded, now=moment)
    assert 0 <= found.refund <= left
    assert found.owed <= price
    if found.owed:
        assert express
        assert found.standing == Standing.BEGUN
        assert found.refund + min(found.owed, left) == left
    if not found.ends_it:
        assert found.refund == 0
    if found.standing == Standing.OPEN:
        assert found.refund == left
        assert moment < period_end(row.booked_at)


pytestmark = pytest.mark.django_db


def test_half_of_a_session_begun_at_the_clients_request_is_owed_and_the_rest_goes_back() -> None:
    row = paid(starts_at=now() - HOUR / 2)
    found = finding(row, now=row.starts_at + HOUR / 2)
    assert (found.standing, found.owed, found.refund) == (Standing.BEGUN, 3000, 3000)


def test_nothing_is_owed_of_a_session_that_began_without_the_express_request() -> None:
    row = paid(starts_at=now() - HOUR / 2, express_request_at=None)
    assert (finding(row, now=now()).standing, finding(row, now=now()).refund) == (Standing.OPEN, 6000)


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"booked_at": now() - 20 * DAY}, Standing.LATE),
        ({"starts_at": now() - 3 * HOUR}, Standing.PERFORMED),
        ({"starts_at": now() - 3 * HOUR, "status": Status.DONE}, Standing.PERFORMED),
        ({"starts_at": now() - 3 * HOUR, "status": Status.CLIENT_ABSENT}, Standing.DOUBTFUL),
        ({"booked_in_office": True}, Standing.DOUBTFUL),
        ({"status": Status.REFUSED}, Standing.OVER),
    ],
)
def test_where_the_law_does_not_end_the_contract_the_declaration_is_kept_and_the_practitioner_asked(
    fields, standing
) -> None:
    row = paid(**fields)
    declaration = declared(row, amount=0)
    assert (declaration.standing, Refund.objects.count()) == (standing, 0)
    row.refresh_from_db()
    assert row.status == fields.get("status", Status.CONFIRMED)
    assert len(mails("receipt")) == 1
    asked = ClientRequest.objects.filter(kind=ClientRequest.Kind.WITHDRAWAL).count()
    assert asked == (0 if standing == Standing.OVER else 1)


def test_a_rule_that_excludes_dated_sessions_holds_for_contracts_concluded_under_it_only() -> None:
    before, after = paid(booked_at=now() - 5 * DAY), paid(booked_at=now() - HOUR, starts_at=now() + 9 * DAY)
    WithdrawalRule.objects.create(valid_from=now() - DAY, excludes_dated=True, reason="Avis du 2 mars.")
    assert finding(before, now=now()).standing == Standing.OPEN
    found = finding(after, now=now())
    assert (found.standing, found.reason) == (Standing.DATED, "Avis du 2 mars.")
    with pytest.raises(AmountChanged):
        declared(after, amount=6000)


# What a declaration brings about


def test_withdrawing_ends_the_contract_gives_everything_back_and_tells_both(django_capture_on_commit_callbacks) -> None:
    row = paid()
    declaration = declared(row, amount=6000)
    row.refresh_from_db()
    assert row.status == Status.CANCELLED_BY_CLIENT
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.cause, refund.returns_fee) == (6000, Refund.Cause.WITHDRAWAL, False)
    (receipt,), (news,) = mails("receipt"), mails("practitioner")
    assert receipt.to == "lea@exemple.fr"
    assert declaration.reference in receipt.subject
    for words in (row.reference, "60,00\u00a0€"):
        assert words in receipt.text
    assert [part["content_type"].partition(";")[0] for part in receipt.attachments] == [
        "application/pdf",
        "text/calendar",
    ]
    assert news.to == row.practitioner.professional_email
    assert row.events.get(action="withdraw").detail == "withdrawal, refund 6000"


def test_the_pdf_of_the_mail_is_a_pdf(mailoutbox, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        declared(paid(), amount=6000)
    (mail,) = [mail for mail in mailoutbox if mail.to == ["lea@exemple.fr"]]
    files = {str(part[0]).rpartition(".")[2]: part[1] for part in mail.attachments}
    assert files["pdf"].startswith(b"%PDF")


def test_a_client_who_cancelled_first_gets_the_rest_within_the_period() -> None:
    row = paid(status=Status.CANCELLED_BY_CLIENT, cancelled_at=now())
    Refund.objects.create(payment=row.payments.get(), amount_cents=2000, cause="client", ordered_at=now())
    declared(row, amount=4000)
    assert sorted(Refund.objects.values_list("amount_cents", flat=True)) == [2000, 4000]


def test_the_same_page_confirmed_twice_is_one_declaration_and_another_time_gives_nothing_back() -> None:
    row, key = paid(), uuid.uuid4()
    assert declared(row, amount=6000, key=key) == declared(row, amount=6000, key=key)
    again = declared(row, amount=0)
    assert again.standing == Standing.OVER
    assert Refund.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_declared_at_once_from_four_devices_the_money_goes_back_once() -> None:
    row, barrier, refused = paid(), threading.Barrier(4), []

    def declare() -> None:
        try:
            barrier.wait(timeout=60)
            declared(row, amount=6000)
        except AmountChanged:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=declare) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert (Refund.objects.get().amount_cents, len(refused)) == (6000, 3)
    assert Withdrawal.objects.count() == 1


def test_declarations_are_only_ever_added() -> None:
    row = declared(None, amount=0)
    for sql in ("update booking_withdrawal set refund_cents = 9", "delete from booking_withdrawal"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update booking_withdrawalwords set name = 'x'")
    row.words.delete()
