"""The yearly report on moderation is counted from the register of reports."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from common.clock import PARIS
from legal.dsa import figures
from legal.models import Report
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def reported(n: int, received: dt.datetime, *, decision: str = "", hours: float = 0, ground: str = "false") -> Report:
    from django.contrib.contenttypes.models import ContentType

    from practitioners.models import Review

    row = Report(
        reference=f"S-TEST{n:04d}", content_type=ContentType.objects.get_for_model(Review), object_id=n, subject_label="Avis",
        ground=ground, text="x", reporter_email="a@exemple.fr", received_at=received,
    )  # fmt: skip
    if decision:
        row.status, row.decision, row.reason, row.rule = Report.Status.DECIDED, decision, "r", "art. 4"
        row.decided_at, row.decided_by = received + dt.timedelta(hours=hours), UserFactory(roles=[Role.MODERATION])
    row.save()
    return row


@pytest.fixture
def year_2025() -> None:
    begins = dt.datetime(2025, 1, 1, tzinfo=PARIS)
    reported(1, begins, decision="keep", hours=10)
    reported(2, begins + dt.timedelta(days=40), decision="delete", hours=20, ground="offensive")
    reported(3, begins + dt.timedelta(days=364, hours=23), decision="suspend", hours=24 * 30)
    reported(4, begins + dt.timedelta(days=100))
    reported(5, begins - dt.timedelta(minutes=1), decision="keep", hours=1)
    reported(6, begins + dt.timedelta(days=365), decision="keep", hours=1)


@pytest.mark.usefixtures("year_2025")
def test_a_year_is_of_paris_from_its_first_minute_to_its_last() -> None:
    found = figures.of_year(2025)
    assert (found.received, found.decided, found.waiting) == (4, 3, 1)
    assert (found.median_hours, found.longest_hours, found.within_a_week) == (20, 720, 2)
    assert [count for _name, count in found.by_decision] == [1, 1, 1]
    assert sum(count for _name, count in found.by_ground) == 4


@pytest.mark.usefixtures("year_2025")
def test_it_is_public_as_a_page_and_as_a_file(client: Client) -> None:
    page = client.get("/moderation/rapport/2025/").content.decode()
    assert "4 signalements reçus" in page
    rows = list(
        csv.reader(io.StringIO(client.get("/moderation/rapport/2025.csv").content.decode("utf-8-sig")), delimiter=";")
    )
    assert ["Signalements reçus", "", "4"] in rows
    assert "exemple.fr" not in page


@pytest.mark.parametrize("year", ["1999", "2999", "99999999999999999999"])
def test_a_year_without_a_report_is_no_page(client: Client, year: str) -> None:
    assert client.get(f"/moderation/rapport/{year}/").status_code == 404
    assert client.get(f"/moderation/rapport/{year}.csv").status_code == 404


def test_before_the_first_report_it_says_nothing_was_received(client: Client) -> None:
    assert "0 signalement reçu" in client.get("/moderation/rapport/").content.decode()


@pytest.mark.usefixtures("year_2025")
def test_it_asks_the_database_little(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get("/moderation/rapport/2025/")
    with django_assert_max_num_queries(25):
        client.get("/moderation/rapport/2025/")
