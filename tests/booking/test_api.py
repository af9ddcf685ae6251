"""`/api/v1/practitioners/<slug>/slots/`."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from booking.models import GroupSession
from common.clock import now
from tests.factories.booking import HeldFactory, bookable_practitioner
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


def test_a_group_says_how_many_seats_are_left(client: Client) -> None:
    practitioner, service = bookable_practitioner(seats=4)
    start = (now() + dt.timedelta(days=2)).replace(hour=18, minute=0, second=0, microsecond=0)
    group = GroupSession.objects.create(
        practitioner=practitioner, service=service, place=practitioner.places.first(), mode="cabinet", starts_at=start,
        ends_at=start + dt.timedelta(hours=1), busy_start=start, busy_end=start + dt.timedelta(hours=1),
        timezone="Europe/Paris", seats=4,
    )  # fmt: skip
    HeldFactory(practitioner=practitioner, service=service, starts_at=start, group=group)
    days = client.get(path(practitioner)).json()["days"]
    assert [slot["seats_left"] for day in days for slot in day["slots"]] == [3]


class TestFirstSlots:
    def test_each_has_its_first_time_and_who_has_none_is_absent(self, client: Client) -> None:
        here, service = bookable_practitioner()
        without = PractitionerFactory()
        answer = client.get("/api/v1/first-slots/", {"practitioner": [here.slug, without.slug, "inconnu"]})
        first = answer.json()["first"]
        assert set(first) == {here.slug}
        assert first[here.slug]["service"] == service.pk
        days = client.get(path(here)).json()["days"]
        assert first[here.slug]["start"] == next(day for day in days if day["slots"])["slots"][0]["start"]

    @pytest.mark.parametrize("query", ["", "?" + "&".join(f"practitioner=p{n}" for n in range(101))])
    def test_none_or_too_many_are_refused_by_name(self, client: Client, query: str) -> None:
        answer = client.get(f"/api/v1/first-slots/{query}")
        assert answer.status_code == 422
        assert '"practitioner"' in answer.content.decode()


@pytest.mark.parametrize("day", [dt.date(2027, 3, 28), dt.date(2027, 10, 31), dt.date(2027, 3, 27)])
def test_offsets_are_right_on_the_days_that_change(client: Client, day: dt.date) -> None:
    practitioner, service = bookable_practitioner()
    practitioner.opening_rules.update(start=dt.time(0), end=dt.time(6))
    with time_machine.travel(dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(days=5), tick=False):
        body = client.get(path(practitioner), {"service": service.pk, "from": day, "to": day}).json()
    zone = ZoneInfo("Europe/Paris")
    for slot in body["days"][0]["slots"]:
        start, end = (dt.datetime.fromisoformat(slot[name]) for name in ("start", "end"))
        assert start.isoformat() == start.astimezone(zone).isoformat()
        assert end.isoformat() == end.astimezone(zone).isoformat()
        assert end - start == dt.timedelta(hours=1)
