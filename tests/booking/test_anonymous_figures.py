"""Numbers of clients that may be given to anybody: each person once, nothing of the few, only of years that are over."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from booking import anonymous_figures
from booking.models import Appointment, Status
from common.clock import PARIS
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, past_triggers
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db
PAGE = "/cms/chiffres/anonymes/"
YEAR = 2024


@pytest.fixture
def practitioner() -> Any:
    return PractitionerFactory()


def came(practitioner: Any, people: int, *, times: int = 1, year: int = YEAR, status: str = Status.DONE) -> None:
    with past_triggers():
        model = AppointmentFactory(practitioner=practitioner)
    rows = []
    start = dt.datetime(year, 3, 4, 10, tzinfo=PARIS)
    for person in UserFactory.create_batch(people):
        for time in range(times):
            row = Appointment(**{f.attname: getattr(model, f.attname) for f in Appointment._meta.concrete_fields})
            row.pk, row.reference = None, f"A{person.pk}-{time}"[:12]
            row.client_id, row.status = person.pk, status
            row.starts_at = row.busy_start = start + dt.timedelta(days=time)
            row.ends_at = row.busy_end = row.starts_at + dt.timedelta(hours=1)
            rows.append(row)
    with past_triggers():
        Appointment.objects.bulk_create(rows)


def test_each_client_is_counted_once(practitioner: Any) -> None:
    came(practitioner, 12, times=3)
    assert anonymous_figures.clients(YEAR).totals[-1] == 12


def test_only_sessions_that_took_place_that_year(practitioner: Any) -> None:
    came(practitioner, 12)
    came(practitioner, 3, status=Status.REFUSED)
    came(practitioner, 2, year=YEAR + 1)
    assert anonymous_figures.clients(YEAR).totals[-1] == 12


def test_the_few_are_hidden_and_so_is_what_would_give_them_back(practitioner: Any) -> None:
    came(practitioner, 30)
    came(PractitionerFactory(), 4)
    table = anonymous_figures.clients(YEAR)
    assert table.shown.small or len(table.columns) == 1
    shown = {value for _name, cells in table.lines for value in cells}
    assert 4 not in shown
    assert 30 not in shown or len(table.columns) == 1


def test_a_year_that_is_not_over_is_not_offered(practitioner: Any) -> None:
    came(practitioner, 2)
    assert anonymous_figures.years(dt.date(YEAR + 2, 5, 1)) == [YEAR + 1, YEAR]
    assert anonymous_figures.years(dt.date(YEAR, 12, 31)) == []


def test_the_page_and_its_file_are_for_the_legal_team_and_the_operator(
    client: Client, login_as: Any, practitioner: Any
) -> None:
    came(practitioner, 14)
    for role, opens in ((Role.LEGAL, True), (Role.OPERATOR, True), (Role.EDITOR, False), ("client", False)):
        login_as(role)
        assert (client.get(PAGE).status_code == 200) == opens
    login_as(Role.LEGAL)
    assert ">14</td>" in client.get(PAGE, {"annee": YEAR}).content.decode()
    file = client.get(PAGE, {"annee": YEAR, "format": "csv"}).content.decode("utf-8-sig")
    *_others, total, mark = file.splitlines()
    assert total.endswith(";14")
    assert mark.startswith("Export X-"), "who took it, when and why"


@pytest.mark.parametrize("year", ["", "0", "99999999999999999999", "abc", "\u202e2024", "2024' or 1=1"])
def test_a_year_that_is_none_shows_the_last_one(client: Client, login_as: Any, practitioner: Any, year: str) -> None:
    came(practitioner, 14)
    login_as(Role.LEGAL)
    assert client.get(PAGE, {"annee": year}).status_code == 200


def test_without_a_year_that_is_over_it_says_so(client: Client, login_as: Any) -> None:
    login_as(Role.LEGAL)
    assert "Aucune année" in client.get(PAGE).content.decode()
