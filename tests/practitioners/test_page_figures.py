"""What people do with a public page is counted without keeping anything of them (P6)."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from common import clock
from practitioners import page_figures
from practitioners.models import PageFigure, Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory

AsUser = Callable[[User], Client]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"
What = PageFigure.What


@pytest.fixture(autouse=True)
def _nobody_came_yet() -> None:
    cache.clear()


@pytest.fixture
def claire(db: None) -> Practitioner:
    return PractitionerFactory(phone="+33698765432", phone_on_request=True)


def see(client: Client, practitioner: Practitioner, browser: str = BROWSER, **more: str) -> None:
    more = {"HTTP_USER_AGENT": browser} | more
    client.get(f"/praticiens/{practitioner.slug}/", **more)


def counted(practitioner: Practitioner) -> dict[str, int]:
    return dict(PageFigure.objects.filter(practitioner=practitioner).values_list("what", "count"))


def test_who_looks_twice_within_half_an_hour_is_one_visit(client: Client, claire: Practitioner) -> None:
    with time_machine.travel(dt.datetime(2026, 5, 4, 8, 0, tzinfo=dt.UTC), tick=False) as now:
        see(client, claire)
        now.shift(dt.timedelta(minutes=29))
        see(client, claire)
        assert counted(claire) == {What.VIEW: 1}
        now.shift(dt.timedelta(minutes=2))
        see(client, claire)
        assert counted(claire) == {What.VIEW: 2}


def test_another_browser_network_or_page_is_another_visit(client: Client, claire: Practitioner) -> None:
    other = PractitionerFactory()
    see(client, claire)
    see(client, claire, PHONE)
    see(client, claire, REMOTE_ADDR="203.0.113.9")
    see(client, other)
    assert (counted(claire), counted(other)) == ({What.VIEW: 3}, {What.VIEW: 1})


def test_a_number_shown_counts_apart(client: Client, claire: Practitioner) -> None:
    see(client, claire)
    client.post(f"/praticiens/{claire.slug}/telephone/", HTTP_USER_AGENT=BROWSER)
    assert counted(claire) == {What.VIEW: 1, What.PHONE: 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"},
        {"HTTP_USER_AGENT": "curl/8.14.1"},
        {"HTTP_USER_AGENT": "python-requests/2.33"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_PURPOSE": "prefetch"},
    ],
)
def test_programs_and_what_a_browser_fetches_ahead_are_nobody(
    client: Client, claire: Practitioner, headers: dict
) -> None:
    see(client, claire, **headers)
    assert counted(claire) == {}


def test_the_owner_and_the_team_are_not_the_public(as_user: AsUser, claire: Practitioner) -> None:
    see(as_user(claire.user), claire)
    see(as_user(UserFactory(roles=[Role.EDITOR])), claire)
    assert counted(claire) == {}
    see(as_user(PractitionerFactory().user), claire)
    assert counted(claire) == {What.VIEW: 1}


def test_a_page_that_is_not_shown_counts_nothing(client: Client, claire: Practitioner) -> None:
    Practitioner.objects.filter(pk=claire.pk).update(status="suspended")
    see(client, claire)
    assert counted(claire) == {}


def test_nothing_is_written_in_the_visitors_browser_nor_kept_of_them(client: Client, claire: Practitioner) -> None:
    see(client, claire, REMOTE_ADDR="203.0.113.77")
    # The one of the form that shows the number guards against forged requests, and counts nobody.
    assert set(client.cookies) <= {"csrftoken"}
    columns = {field.name for field in PageFigure._meta.get_fields()}
    assert columns == {"id", "practitioner", "day", "what", "count"}


def test_days_are_those_of_paris(client: Client, claire: Practitioner) -> None:
    with time_machine.travel(dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)):
        see(client, claire)
    assert PageFigure.objects.get().day == dt.date(2026, 7, 1)


@pytest.mark.django_db(transaction=True)
def test_a_page_gone_meanwhile_counts_no_more(claire: Practitioner) -> None:
    page_figures.count(claire.pk + 1000, What.VIEW, clock.today())
    assert not PageFigure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_visits_at_the_same_moment_are_all_counted() -> None:
    claire = PractitionerFactory()

    def one(_n: int) -> None:
        try:
            page_figures.count(claire.pk, What.VIEW, dt.date(2026, 5, 4))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(one, range(40)))
    assert counted(claire) == {What.VIEW: 40}
