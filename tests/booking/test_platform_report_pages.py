"""The yearly declaration of platforms on its pages: the operator's desk, the practitioner's details and copies."""

from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from booking.actions import tax_reports
from booking.models import TaxDetails, TaxReport
from booking.platform_report.identity import details_of
from common.models import ExportRecord, ReadingLog
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.factories.tax import BIRTH, NOW, at, made, paid, somebody
from tests.plugins.people import say_why, sign_in_fully

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return UserFactory()


# The operator's page


@pytest.fixture
def desk() -> Client:
    client = Client()
    sign_in_fully(client, UserFactory(roles=[Role.OPERATOR]))
    return client


@pytest.fixture
def in_january() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("in_january")
def test_the_operator_makes_downloads_and_files_it(desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    paid(somebody(), at(4))
    page = desk.get("/cms/declaration-plateformes/")
    assert "57,55\u00a0€" in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post("/cms/declaration-plateformes/2025/preparer/").status_code == 302
    report = TaxReport.objects.get()
    assert report.state == "ready"
    say_why(desk, f"/cms/declaration-plateformes/fichier/{report.pk}/")
    answer = desk.get(f"/cms/declaration-plateformes/fichier/{report.pk}/")
    assert answer.content.startswith(b"<?xml")
    assert report.filename in answer["Content-Disposition"]
    taken = ExportRecord.objects.get(subject=f"booking.TaxReport:{report.pk}")
    assert answer["X-Export-Number"] == taken.reference
    assert ReadingLog.objects.filter(subject=f"common.ExportRecord:{taken.pk}", act="export").count() == 1
    settle = f"/cms/declaration-plateformes/fichier/{report.pk}/deposee/"
    desk.post(settle)
    report.refresh_from_db()
    assert report.state == "ready", "without its box nothing is final"
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(settle, {"confirme": "oui"})
    report.refresh_from_db()
    assert report.state == "filed"
    assert "2025" in mail.outbox[-1].subject
    assert desk.post("/cms/declaration-plateformes/2025/preparer/").status_code == 409


@pytest.mark.usefixtures("in_january")
@pytest.mark.parametrize("year", ["", "abc", "99999", "２０２５", "-1"])
def test_a_year_that_is_none_shows_the_one_to_declare(desk: Client, year: str) -> None:
    assert "2025" in desk.get("/cms/declaration-plateformes/", {"annee": year}).content.decode()
    assert desk.post("/cms/declaration-plateformes/99999999/preparer/").status_code == 409


def test_only_the_operator_has_the_page_and_the_file(client: Client, operator: User) -> None:
    paid(somebody(), at(4))
    report = made(operator)
    practitioner = Practitioner.objects.get()
    sign_in_fully(client, practitioner.user)
    for path in ("/cms/declaration-plateformes/", f"/cms/declaration-plateformes/fichier/{report.pk}/"):
        assert client.get(path).status_code == 403


# The practitioner's side

DETAILS = {
    "nature": "individual",
    "birth_date": "1980-05-17",
    "birth_city": "Lyon 3e",
    "birth_country": "FR",
    "tax_number": "1 234 567 890 123",
}


@pytest.fixture
def office(client: Client) -> Client:
    practitioner = PractitionerFactory(street="4 rue des Lilas", postal_code="69003", town="Lyon")
    sign_in_fully(client, practitioner.user)
    client.practitioner = practitioner  # type: ignore[attr-defined]
    return client


def test_the_practitioner_says_what_is_missing_and_finds_it_again(office: Client) -> None:
    assert office.post("/espace-praticien/paiements/declaration/", DETAILS).status_code == 302
    assert details_of(office.practitioner)[1] == BIRTH  # type: ignore[attr-defined]
    page = office.get("/espace-praticien/paiements/declaration/").content.decode()
    assert 'value="1234567890123"' in page
    assert 'value="1980-05-17"' in page


@pytest.mark.parametrize(
    "typed",
    [
        {"nature": "martien"},
        {"birth_date": ""},
        {"birth_date": "2025-01-01"},
        {"birth_date": "0001-01-01"},
        {"birth_date": "x" * 10000},
        {"birth_city": ""},
        {"birth_city": "é" * 101},
        {"birth_country": "ZZ"},
        {"tax_number": "9999999999999"},
        {"tax_number": "١٢٣٤٥٦٧٨٩٠١٢٣"},
        {"nature": "entity", "entity_name": ""},
    ],
)
def test_nonsense_is_refused_and_nothing_typed_is_lost(office: Client, typed: dict[str, str]) -> None:
    answer = office.post("/espace-praticien/paiements/declaration/", DETAILS | typed)
    assert answer.status_code == 422
    assert not TaxDetails.objects.exists()
    if "tax_number" not in typed:
        assert "1 234 567 890 123" in answer.content.decode()


def test_of_a_company_nothing_of_the_person_is_kept(office: Client) -> None:
    office.post("/espace-praticien/paiements/declaration/", DETAILS | {"nature": "entity", "entity_name": "Calme SARL"})
    assert TaxDetails.objects.get().sealed == ""


def test_the_copy_is_there_once_filed_and_is_nobody_elses(office: Client, operator: User) -> None:
    me = office.practitioner  # type: ignore[attr-defined]
    office.post("/espace-praticien/paiements/declaration/", DETAILS)
    other = somebody()
    for each in (me, other):
        paid(each, at(4))
    report = made(operator)
    mine, theirs = report.lines.get(practitioner=me), report.lines.get(practitioner=other)
    address = f"/espace-praticien/paiements/declaration/{mine.pk}/"
    assert office.get(address).status_code == 404, "not before it was filed"
    tax_reports.mark_filed(report_id=report.pk, by=operator, now=NOW)
    page = office.get(address).content.decode()
    assert "1234567890123" in page
    assert "57,55\u00a0€" in page
    assert office.get(f"{address}copie.pdf").content.startswith(b"%PDF")
    assert office.get(f"/espace-praticien/paiements/declaration/{theirs.pk}/").status_code == 404
    assert office.get(f"/espace-praticien/paiements/declaration/{theirs.pk}/copie.pdf").status_code == 404
    assert f"/{mine.pk}/" in office.get("/espace-praticien/paiements/declaration/").content.decode()
