"""The yearly declaration of platforms (DAC7): what is counted, the file against the tax office's schema, corrections."""

import datetime as dt
import gzip
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from dac7.core import DAC7_SCHEMA
from dac7.naming import validate_filename
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from booking.actions import tax_reports
from booking.errors import NothingToDeclare, PlatformUnknown, ReportWaits, YearNotOver
from booking.models import Dispute, Refund, Status, TaxDetails, TaxReport, TaxReportLine
from booking.platform_report.figures import Quarter, Year, figures_of
from booking.platform_report.identity import Birth
from common.models import OutboxMessage
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PractitionerFactory
from tests.factories.tax import NOW, at, filed, given_back, made, paid, somebody

pytestmark = pytest.mark.django_db
NS = {"dpi": "urn:oecd:ties:dpi", "stf": "urn:oecd:ties:dpistf"}


def tree(report: TaxReport) -> Any:
    return xmlschema.XMLResource(tax_reports.file_of(report).decode()).root


def texts(report: TaxReport, path: str) -> list[str]:
    return [node.text for node in tree(report).findall(path, NS)]


@pytest.fixture
def operator() -> User:
    return UserFactory()


# What is counted


def test_a_year_is_cut_in_quarters_of_paris_net_of_fees() -> None:
    practitioner = somebody()
    paid(practitioner, at(1))
    paid(practitioner, at(3, 31))
    paid(practitioner, at(8), 4750, 208)
    year = figures_of(2025)[practitioner.pk]
    assert [q.consideration for q in year.quarters] == [11510, 0, 4542, 0]
    assert [q.fees for q in year.quarters] == [490, 0, 208, 0]
    assert [q.declared_sessions for q in year.quarters] == [2, 0, 1, 0]


def test_the_last_hour_of_the_year_is_paris_own() -> None:
    before, after = somebody(), somebody()
    paid(before, dt.datetime(2025, 12, 31, 22, 59, 59, tzinfo=dt.UTC))
    paid(after, dt.datetime(2025, 12, 31, 23, 0, tzinfo=dt.UTC))
    assert list(figures_of(2025)) == [before.pk]
    assert list(figures_of(2026)) == [after.pk]


def test_what_is_given_back_later_is_taken_off_the_quarter_of_its_payment() -> None:
    practitioner = somebody()
    payment = paid(practitioner, at(2))
    given_back(payment, 2000, ordered_at=at(11))
    year = figures_of(2025)[practitioner.pk]
    assert year.quarters[0].consideration == 6000 - 2000 - 245
    assert year.quarters[3] == Quarter()


def test_a_refund_that_did_not_go_through_takes_nothing_off() -> None:
    practitioner = somebody()
    given_back(paid(practitioner, at(2)), 6000, status="failed")
    assert figures_of(2025)[practitioner.pk].consideration == 5755


def test_the_fee_that_was_returned_is_no_longer_declared() -> None:
    practitioner = somebody()
    given_back(paid(practitioner, at(2)), 6000, returns_fee=True, cause="late")
    year = figures_of(2025)[practitioner.pk]
    assert (year.fees, year.consideration, year.is_reportable) == (0, 0, False)


def test_a_dispute_that_was_lost_is_money_given_back() -> None:
    practitioner = somebody()
    Dispute.objects.create(
        payment=paid(practitioner, at(2)),
        dispute_id="dp_1",
        status="lost",
        amount_cents=6000,
        opened_at=NOW,
        read_at=NOW,
    )
    assert not figures_of(2025)[practitioner.pk].is_reportable


def test_a_session_that_was_fully_refunded_is_no_session_and_no_quarter_is_negative() -> None:
    practitioner = somebody()
    given_back(paid(practitioner, at(2)), 6000)
    (first, *_) = figures_of(2025)[practitioner.pk].quarters
    assert (first.consideration, first.declared_sessions, first.fees) == (0, 0, 245)


def test_what_is_paid_on_the_spot_for_a_session_that_took_place_counts_once(settings: Any) -> None:
    practitioner = somebody()
    AppointmentFactory(practitioner=practitioner, status=Status.DONE, starts_at=at(5), price_cents=7000)
    AppointmentFactory(practitioner=practitioner, status=Status.CLIENT_ABSENT, starts_at=at(6), price_cents=7000)
    paid(practitioner, at(5), 2000, 275, price_cents=7000, status=Status.DONE)
    second = figures_of(2025)[practitioner.pk].quarters[1]
    assert (second.online, second.on_site, second.sessions) == (2000, 7000 + 5000, 2)
    settings.DAC7_ON_SITE = False
    assert figures_of(2025)[practitioner.pk].quarters[1] == Quarter(online=2000, fees=275, sessions=1)


def test_services_have_no_threshold() -> None:
    practitioner = somebody()
    paid(practitioner, at(2), 1000, 95)
    assert figures_of(2025)[practitioner.pk].is_reportable


@given(st.lists(st.tuples(*[st.integers(0, 10**7)] * 5), min_size=4, max_size=4))
def test_a_quarter_is_never_negative_and_says_no_session_without_money(rows: list[tuple[int, ...]]) -> None:
    year = Year([Quarter(*row) for row in rows])
    assert Year.of_json(year.as_json()) == year
    for quarter in year.quarters:
        assert quarter.consideration >= 0
        assert quarter.consideration or not quarter.declared_sessions
        assert abs(Decimal(quarter.consideration) / 100 - quarter.euros[0]) <= Decimal("0.5")


def test_the_figures_of_many_are_read_in_a_few_queries(django_assert_max_num_queries: Any) -> None:
    for _ in range(4):
        practitioner = somebody()
        for month in (1, 5, 9):
            paid(practitioner, at(month))
    with django_assert_max_num_queries(2):
        assert len(figures_of(2025)) == 4
    with django_assert_max_num_queries(5):
        tax_reports.changes(2025)


# The file


def test_the_file_is_valid_against_the_tax_office_schema_and_bears_its_name(operator: User, tmp_path: Path) -> None:
    person, company = somebody(), somebody(nature="entity", entity_name="Sérénité & Cie <SARL>", birth=Birth())
    foreign = somebody(birth=Birth("1975-01-02", "Fès", "MA", ""))
    for each in (person, company, foreign):
        paid(each, at(4))
    report = made(operator)
    assert (report.state, report.error) == ("ready", "")
    xml = tax_reports.file_of(report).decode()
    xmlschema.XMLSchema10(DAC7_SCHEMA).validate(xml)
    head = "dpi:MessageSpec/dpi:"
    validate_filename(
        tmp_path / report.filename, texts(report, f"{head}MessageRefId")[0], texts(report, f"{head}Timestamp")[0]
    )
    assert texts(report, ".//dpi:IndSellerID/dpi:TIN") == ["1234567890123", "NOTIN"]
    assert texts(report, ".//dpi:BirthPlace//dpi:CountryCode") == ["FR", "MA"]
    assert texts(report, ".//dpi:EntSellerID/dpi:Name") == ["Sérénité & Cie <SARL>"]
    assert texts(report, ".//dpi:EntSellerID/dpi:TIN") == [company.siret[:9]]
    assert texts(report, ".//dpi:ConsQ2") == ["58", "58", "58"]
    assert texts(report, ".//dpi:FeesQ2") == ["2", "2", "2"]


def test_a_file_that_breaks_the_schema_is_refused_by_the_test_itself(operator: User) -> None:
    paid(somebody(), at(4))
    xml = tax_reports.file_of(made(operator)).decode()
    with pytest.raises(xmlschema.XMLSchemaException):
        xmlschema.XMLSchema10(DAC7_SCHEMA).validate(re.sub(r"<dpi:BirthDate>[\d-]+</dpi:BirthDate>", "", xml))


def test_written_twice_it_is_the_same_to_the_byte(operator: User) -> None:
    paid(somebody(), at(4))
    report = made(operator)
    before = tax_reports.file_of(report)
    TaxReport.objects.filter(pk=report.pk).update(state="composing")
    tax_reports.write(report_id=report.pk)
    report.refresh_from_db()
    assert tax_reports.file_of(report) == before


def test_a_file_whose_task_was_lost_is_found_by_the_sweep(operator: User) -> None:
    paid(somebody(), at(4))
    report = tax_reports.prepare(year=2025, by=operator, now=NOW)
    assert tax_reports.to_write(now=NOW) == []
    assert tax_reports.to_write(now=NOW + dt.timedelta(minutes=3)) == [report.pk]


def test_what_the_schema_refuses_is_said_without_the_persons_data(operator: User) -> None:
    practitioner = somebody()
    paid(practitioner, at(4))
    Practitioner.objects.filter(pk=practitioner.pk).update(first_name="x" * 80, town="\x01")
    report = made(operator)
    assert report.state == "composing"
    assert report.error
    assert "x" * 80 not in report.error
    assert tax_reports.to_write(now=NOW + dt.timedelta(hours=1)) == []
    tax_reports.discard(report_id=report.pk)


def test_neither_birth_nor_tax_number_nor_the_file_stands_in_clear_in_the_database(operator: User) -> None:
    paid(somebody(), at(4))
    report = made(operator)
    line = report.lines.get()
    kept = TaxDetails.objects.get().sealed + line.sealed_identity + report.sealed_file + str(line.quarters)
    for secret in ("1980", "1234567890123", "Lyon", gzip.compress(b"").decode("latin-1")[:2]):
        assert secret not in kept


# Years and corrections


def test_a_year_is_declared_once_it_is_over(operator: User) -> None:
    paid(somebody(), at(1, year=2026))
    with pytest.raises(YearNotOver):
        tax_reports.prepare(year=2026, by=operator, now=NOW)
    with pytest.raises(YearNotOver):
        tax_reports.prepare(year=1999, by=operator, now=NOW)


def test_without_the_platforms_own_identity_nothing_is_declared(operator: User, settings: Any) -> None:
    settings.PLATFORM_IDENTITY = settings.PLATFORM_IDENTITY | {"siret": ""}
    paid(somebody(), at(4))
    with pytest.raises(PlatformUnknown):
        tax_reports.prepare(year=2025, by=operator, now=NOW)


def test_two_files_of_a_year_never_wait_together(operator: User) -> None:
    paid(somebody(), at(4))
    made(operator)
    with pytest.raises(ReportWaits):
        tax_reports.prepare(year=2025, by=operator, now=NOW)
    assert TaxReport.objects.count() == 1


def test_once_filed_there_is_nothing_more_to_declare(operator: User) -> None:
    paid(somebody(), at(4))
    filed(operator)
    with pytest.raises(NothingToDeclare):
        tax_reports.prepare(year=2025, by=operator, now=NOW)
    assert TaxReport.objects.count() == 1


def test_a_refund_after_filing_makes_a_correction_of_the_line_that_was_filed(operator: User) -> None:
    practitioner, other = somebody(), somebody()
    payment = paid(practitioner, at(4))
    paid(practitioner, at(5))
    paid(other, at(5))
    filed(operator)
    given_back(payment, 6000)
    report = filed(operator)
    spec = ".//dpi:ReportableSeller/dpi:DocSpec/stf:"
    ref = f"_p{practitioner.pk}_v"
    assert texts(report, f"{spec}DocTypeIndic") == ["OECD2"]
    assert texts(report, f"{spec}DocRefId")[0].endswith(f"{ref}2")
    assert texts(report, f"{spec}CorrDocRefId")[0].endswith(f"{ref}1")
    assert texts(report, ".//dpi:ConsQ2") == ["55"]
    assert texts(report, ".//dpi:PlatformOperator/dpi:DocSpec/stf:DocTypeIndic") == ["OECD0"]


def test_a_change_of_identity_is_a_correction(operator: User) -> None:
    practitioner = somebody()
    paid(practitioner, at(4))
    filed(operator)
    Practitioner.objects.filter(pk=practitioner.pk).update(street="9 place Neuve")
    report = made(operator)
    assert report.lines.get().action == "corrected"
    assert texts(report, ".//dpi:IndSellerID//dpi:Street") == ["9 place Neuve"]


def test_of_whom_nothing_is_left_the_line_is_withdrawn_and_may_be_declared_anew(operator: User) -> None:
    practitioner = somebody()
    refund = given_back(paid(practitioner, at(4)), 6000, status="failed")
    filed(operator)
    Refund.objects.filter(pk=refund.pk).update(status="done")
    report = filed(operator)
    spec = ".//dpi:ReportableSeller/dpi:DocSpec/stf:"
    assert texts(report, f"{spec}DocTypeIndic") == ["OECD3"]
    assert texts(report, f"{spec}CorrDocRefId")[0].endswith("_v1")
    paid(practitioner, at(7))
    again = made(operator)
    assert texts(again, f"{spec}DocTypeIndic") == ["OECD1"]
    assert texts(again, f"{spec}DocRefId")[0].endswith("_v3")
    assert texts(again, f"{spec}CorrDocRefId") == []


def test_a_file_thrown_away_leaves_its_number_and_counts_for_nothing(operator: User) -> None:
    paid(somebody(), at(4))
    first = made(operator)
    tax_reports.discard(report_id=first.pk)
    second = made(operator)
    assert second.number == 2
    assert [line.version for line in second.lines.all()] == [1]
    with pytest.raises(ReportWaits):
        tax_reports.mark_filed(report_id=first.pk, by=operator, now=NOW)


def test_who_lacks_something_is_left_out_named_and_written_to_once_a_week(operator: User) -> None:
    complete, lacking = somebody(), PractitionerFactory()
    for each in (complete, lacking):
        paid(each, at(4))
    lines, without = tax_reports.changes(2025)
    assert [line.practitioner for line in lines] == [complete]
    assert [(who, gaps) for who, _, gaps in without] == [(lacking, ["street", "postal_code", "town", "birth"])] or (
        without[0][2] == ["birth"]
    )
    tax_reports.remind(year=2025, now=NOW)
    tax_reports.remind(year=2025, now=NOW + dt.timedelta(days=2))
    assert OutboxMessage.objects.filter(template="money/tax_details_missing").count() == 1
    tax_reports.remind(year=2025, now=NOW + dt.timedelta(days=7))
    assert OutboxMessage.objects.filter(template="money/tax_details_missing").count() == 2


def test_what_was_filed_is_changed_by_nobody_in_the_database_either(operator: User) -> None:
    paid(somebody(), at(4))
    report = filed(operator)
    for statement in (
        "update booking_taxreport set sealed_file = 'x'",
        "delete from booking_taxreport",
        "update booking_taxreportline set version = 9",
        "delete from booking_taxreportline",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert TaxReportLine.objects.get().report == report
