"""A register filters by what it declares: no address tells what its page does not show, and none is an error of ours."""

import pytest
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.registers.appointments import AppointmentRegister
from common.registers import RegisterList
from tests.factories.booking import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client, login_as):
    return login_as(User.objects.create_superuser("tout@exemple.fr", "Pissenlit-au-vent-9"))


def address() -> str:
    return str(AppointmentRegister().url_helper.index_url)


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "client__password__startswith=zzz",
        "contact_email=zzz",
        "status__exact=zzz",
        "status__regex=(",
        "p=x",
        "o=99.x",
    ],
)
def test_no_query_is_an_error_or_a_question_to_the_database(client, operator, query):
    appointment = AppointmentFactory()
    answer = client.get(f"{address()}?{query}", follow=True)
    assert answer.status_code == 200
    assert "status__exact" in query or appointment.reference in answer.content.decode()


def test_what_is_declared_still_filters(client, operator):
    confirmed = AppointmentFactory()
    page = client.get(f"{address()}?status__exact=confirmed").content.decode()
    assert confirmed.reference in page
    assert confirmed.reference not in client.get(f"{address()}?status__exact=done").content.decode()


def test_every_register_has_the_careful_list():
    for register in ModelAdmin.__subclasses__():
        assert issubclass(register.index_view_class, RegisterList), register


def test_pages_of_a_list_follow_each_other_and_count_what_is_found(client, operator, monkeypatch):
    monkeypatch.setattr(AppointmentRegister, "list_per_page", 2)
    rows = sorted((AppointmentFactory() for _n in range(5)), key=lambda row: (row.starts_at, row.pk), reverse=True)
    shown = [client.get(f"{address()}?p={page}").context for page in (1, 2, 3)]
    assert [row.pk for page in shown for row in page["object_list"]] == [row.pk for row in rows]
    assert {page["result_count"] for page in shown} == {5}
    few = client.get(f"{address()}?q={rows[3].reference}").context
    assert ([row.pk for row in few["object_list"]], few["result_count"]) == ([rows[3].pk], 1)
    assert client.get(f"{address()}?q=personne").context["result_count"] == 0


def test_a_list_asks_as_often_for_many_rows_as_for_few(client, operator, django_assert_max_num_queries):
    for _n in range(12):
        AppointmentFactory()
    client.get(address())
    with django_assert_max_num_queries(14):
        client.get(address())
