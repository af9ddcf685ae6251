"""The figures of a practitioner's own page, and the searches by which people come (P6)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from booking.money_figures.periods import periods
from common import clock
from practitioners.models import PageFigure, Practitioner
from search import audience, usual_searches
from search.models import UsualSearch
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.practitioners import PracticeFactory, PractitionerFactory
from tests.plugins.people import sign_in_fully

Listed = Callable[..., Practitioner]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
What = PageFigure.What


@pytest.fixture(autouse=True)
def _nobody_came_yet() -> None:
    cache.clear()


@pytest.fixture
def claire(listed: Listed) -> Practitioner:
    return listed(slug="claire-morel", practices=[PracticeFactory(name="Sophrologie", slug="sophrologie")])


def come(practitioner: Practitioner, by: str, times: int = 1) -> None:
    """Each by a network of its own, from the site's results."""
    for n in range(times):
        Client().get(
            f"/praticiens/{practitioner.slug}/",
            HTTP_USER_AGENT=BROWSER,
            HTTP_REFERER=f"http://testserver{by}",
            REMOTE_ADDR=f"198.51.{n // 250}.{n % 250 + 1}",
        )


def usual(practitioner: Practitioner) -> list[tuple[str, int]]:
    rows = UsualSearch.objects.filter(practitioner=practitioner).order_by("words")
    return list(rows.values_list("words", "count"))


def page_of(practitioner: Practitioner, query: str = "") -> str:
    browser = Client()
    sign_in_fully(browser, practitioner.user)
    answer = browser.get(reverse("office_audience") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_search_is_counted_by_what_was_understood(claire: Practitioner) -> None:
    come(claire, "/recherche/?q=sophrologie+lyon", 2)
    [(words, count)] = usual(claire)
    assert ("Sophrologie" in words, "Lyon" in words, count) == (True, True, 2)


@pytest.mark.parametrize(
    "typed", ["claire+morel", "mon+divorce+avec+jean+dupont", "06+12+34+56+78", "q%00", "%ff%fe", ""]
)
def test_a_name_or_what_means_nothing_here_is_not_kept(claire: Practitioner, typed: str) -> None:
    come(claire, f"/recherche/?q={typed}")
    assert usual(claire) == []


def test_only_the_understood_part_of_a_search_is_kept(claire: Practitioner) -> None:
    come(claire, "/recherche/?q=sophrologie+jean+dupont&tri=prix")
    row = UsualSearch.objects.get()
    assert "upont" not in f"{row.words} {row.address}"
    assert "jean" not in f"{row.words} {row.address}".lower()


@pytest.mark.parametrize("by", ["/", "/recherche/", "/pratiques/sophrologie/", "/compte/?q=sophrologie"])
def test_what_is_no_search_is_none(claire: Practitioner, by: str) -> None:
    come(claire, by)
    assert usual(claire) == []


def test_a_search_of_another_site_is_not_ours(claire: Practitioner) -> None:
    Client().get(
        f"/praticiens/{claire.slug}/",
        HTTP_USER_AGENT=BROWSER,
        HTTP_REFERER="https://moteur.example/recherche/?q=sophrologie",
    )
    assert (usual(claire), PageFigure.objects.get().count) == ([], 1)


@pytest.mark.parametrize(
    "said", ["http://[", "http://testserver//[x?q=1", "http://testserver:99999/", "é\u202e", "x" * 9000]
)
def test_an_address_that_is_none_breaks_nothing(claire: Practitioner, said: str) -> None:
    answer = Client().get(f"/praticiens/{claire.slug}/", HTTP_USER_AGENT=BROWSER, HTTP_REFERER=said)
    assert answer.status_code == 200
    assert PageFigure.objects.get().count == 1
    assert usual(claire) == []


def test_rare_searches_are_told_together(claire: Practitioner) -> None:
    month = clock.today().replace(day=1)
    for words, count in (("Sophrologie", 5), ("Deuil", 4), ("Sommeil · Lyon (69)", 1)):
        UsualSearch.objects.create(practitioner=claire, month=month, words=words, address="q=x", count=count)
    told, rarer = usual_searches.usual(claire, month, clock.today() + dt.timedelta(days=1))
    assert ([row["words"] for row in told], rarer) == (["Sophrologie"], 5)
    html = page_of(claire)
    assert "Deuil" not in html
    assert "Sommeil" not in html
    assert "5 visites par des recherches plus rares" in html


def test_months_of_the_same_search_add_up(claire: Practitioner) -> None:
    for month in (dt.date(2026, 3, 1), dt.date(2026, 4, 1)):
        UsualSearch.objects.create(practitioner=claire, month=month, words="Sophrologie", address="q=x", count=3)
    told, rarer = usual_searches.usual(claire, dt.date(2026, 3, 1), dt.date(2026, 5, 1))
    assert ([row["total"] for row in told], rarer) == ([6], 0)
    assert usual_searches.usual(claire, dt.date(2026, 4, 1), dt.date(2026, 5, 1)) == ([], 3)


def test_the_page_tells_the_place_and_its_reasons(claire: Practitioner, listed: Listed) -> None:
    for _n in range(3):
        listed(insee="75056", practices=[claire.practice_links.first().practice])
    come(claire, "/recherche/?q=sophrologie+lyon", 5)
    html = page_of(claire)
    assert "5 visites" in html
    # As the public list has it: three are far away, so only one is near Lyon.
    assert "1 sur 1" in html
    assert reverse("search_ranking") in html


def test_a_page_that_nobody_saw_says_what_brings_people(claire: Practitioner) -> None:
    html = page_of(claire)
    assert "Personne n’est venu" in html
    assert reverse("office_page") in html
    assert "<svg" not in html.partition("<main")[2].partition("chart")[2]


def test_days_and_months_count_what_is_in_them_and_ours_alone(claire: Practitioner) -> None:
    today = dt.date(2026, 5, 20)
    for day, count in ((today, 3), (dt.date(2026, 5, 1), 2), (dt.date(2026, 4, 1), 7), (dt.date(2024, 12, 1), 90)):
        PageFigure.objects.create(practitioner=claire, day=day, what=What.VIEW, count=count)
    PageFigure.objects.create(practitioner=claire, day=today, what=What.PHONE, count=4)
    PageFigure.objects.create(practitioner=PractitionerFactory(), day=today, what=What.VIEW, count=1000)
    year, month = periods(today)[:2]
    total, months = audience.figures(claire, year)
    assert (total.views, total.phones, len(months)) == (12, 4, 12)
    assert [row.views for row in months][-2:] == [7, 5]
    total, days = audience.figures(claire, month)
    assert (total.views, len(days), days[-1].views) == (5, 30, 3)


def test_bookings_made_on_the_site_are_set_against_visits(claire: Practitioner) -> None:
    today = clock.today()
    PageFigure.objects.create(practitioner=claire, day=today, what=What.VIEW, count=8)
    AppointmentFactory(practitioner=claire)
    AppointmentFactory(practitioner=claire, booked_in_office=True, starts_at=clock.now() + dt.timedelta(days=3))
    total, _rows = audience.figures(claire, periods(today)[1])
    assert (total.bookings, total.rate) == (1, 12.5)


@pytest.mark.parametrize("query", ["", "?periode=30-jours", "?periode=tout", "?periode=" + "9" * 300])
def test_any_period_is_a_page(claire: Practitioner, query: str) -> None:
    PageFigure.objects.create(practitioner=claire, day=clock.today(), what=What.VIEW, count=3)
    html = page_of(claire, query)
    assert "chart-bar" in html


def test_a_suspended_practitioner_still_reads_the_figures(claire: Practitioner) -> None:
    come(claire, "/recherche/?q=sophrologie+lyon", 5)
    Practitioner.objects.filter(pk=claire.pk).update(status="suspended")
    claire.refresh_from_db()
    html = page_of(claire)
    assert "5 visites" in html
    assert 'id="rang"' not in html


def test_the_operator_reads_the_whole_site(claire: Practitioner) -> None:
    for practitioner in (claire, PractitionerFactory()):
        PageFigure.objects.create(practitioner=practitioner, day=clock.today(), what=What.VIEW, count=20)
        UsualSearch.objects.create(
            practitioner=practitioner, month=clock.today().replace(day=1), words="Sommeil", address="q=sommeil", count=3
        )
    AppointmentFactory(practitioner=claire)
    browser = Client()
    sign_in_fully(browser, UserFactory(roles=[Role.OPERATOR]))
    html = browser.get(reverse("cms_audience")).content.decode()
    assert '<p class="operator-figure">40</p>' in html
    assert "2,5\u00a0% des visites" in html
    # Three came to each page by it: six to the site.
    assert "Sommeil" in html
    assert claire.last_name not in html
