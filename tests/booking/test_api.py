"""`/api/v1/practitioners/<slug>/slots/`."""

import datetime as dt

import pytest
from django.test import Client

from common.clock import now
from tests.factories.booking import bookable_practitioner
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


def path(practitioner) -> str:
    return f"/api/v1/practitioners/{practitioner.slug}/slots/"


def test_times_carry_their_offset_and_empty_days_their_reason(client: Client, django_assert_max_num_queries) -> None:
    practitioner, service = bookable_practitioner()
    practitioner.opening_rules.filter(weekday__gte=5).delete()
    first = now().date() + dt.timedelta(days=1)
    with django_assert_max_num_queries(12):
        answer = client.get(
            path(practitioner), {"service": service.pk, "from": first, "to": first + dt.timedelta(days=6)}
        )
    body = answer.json()
    assert answer.status_code == 200
    assert body["timezone"] == "Europe/Paris"
    assert len(body["days"]) == 7
    slot = next(day for day in body["days"] if day["slots"])["slots"][0]
    assert slot["start"][11:16] == "09:00"
    assert dt.datetime.fromisoformat(slot["end"]) - dt.datetime.fromisoformat(slot["start"]) == dt.timedelta(hours=1)
    assert {day["reason"] for day in body["days"] if not day["slots"]} == {"Fermé"}


def test_without_parameters_the_next_seven_days(client: Client) -> None:
    practitioner, _service = bookable_practitioner()
    assert len(client.get(path(practitioner)).json()["days"]) == 7


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("service=abc", "service"),
        ("service=0", "service"),
        ("service=999999", "service"),
        ("service=99999999999999999999999", "service"),
        ("from=hier", "from"),
        ("from=0001-01-01", "from"),
        ("to=2026-99-99", "to"),
        ("from=2026-12-01&to=2026-11-01", "to"),
        ("from=2026-12-01&to=2028-11-01", "to"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(client: Client, query: str, name: str) -> None:
    practitioner, _service = bookable_practitioner()
    answer = client.get(f"{path(practitioner)}?{query}")
    assert answer.status_code == 422
    assert f'"{name}"' in answer.content.decode()


def test_unknown_or_not_listed(client: Client) -> None:
    assert client.get("/api/v1/practitioners/personne/slots/").status_code == 404
    assert client.get(path(PractitionerFactory(applying=True))).status_code == 404
