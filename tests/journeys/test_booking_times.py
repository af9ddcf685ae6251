"""The choice of a time: on a phone and on a wide screen, with the keyboard alone, going back, and without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment, BookingSettings
from demo.stripe.server import StandIn
from tests.factories.booking import bookable_practitioner
from tests.factories.legal import Kind, make_document, make_version
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

Opened = Callable[..., Visitor]
TIMES = re.compile(r"/horaires/\?service=\d+")
DETAILS = re.compile(r"/coordonnees/$")


@pytest.fixture
def stripe_standin(tmp_path: Path) -> Iterator[StandIn]:
    """Nothing is paid here: a stand-in without the demo's content, and an agenda made for these tests."""
    stand_in = StandIn(state=str(tmp_path / "stripe.sqlite3")).start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def path(site: str) -> str:
    """Open on Mondays, Wednesdays and Fridays, for half a year."""
    make_version(make_document(Kind.CGU))
    practitioner, service = bookable_practitioner()
    practitioner.opening_rules.exclude(weekday__in=(0, 2, 4)).delete()
    BookingSettings.objects.create(practitioner=practitioner, horizon_days=180)
    return f"/rendez-vous/avec/{practitioner.slug}/horaires/?service={service.pk}"


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, open_browser: Callable[..., Page]) -> Page:
    return open_browser(**PHONE) if request.param == "phone" else open_browser()


def days(page: Page) -> list[str]:
    return page.locator(".week-day h3:visible").evaluate_all("all => all.map(one => one.firstChild.textContent)")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent"))


def test_five_days_or_three_and_the_next_ones(
    screen: Page, visitor: Opened, path: str, assert_accessible: Callable[[Page], None]
) -> None:
    claire = visitor(screen)
    claire.open(path)
    shown = 3 if screen.evaluate("innerWidth") < 600 else 5
    first = days(screen)
    assert len(first) == shown
    assert_accessible(screen)
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(screen.get_by_text("Heures de")).to_be_visible()

    screen.locator("a:visible", has_text="Jours suivants").click()
    expect(screen).to_have_url(re.compile(r"&du=\d{4}-\d\d-\d\d$"))
    expect(screen.locator(".week-day h3:visible").first).not_to_contain_text(first[0])
    following = days(screen)
    assert not set(first) & set(following)
    assert len(following) == shown
    expect(screen.locator("#horaires-titre")).to_be_focused()
    expect(screen.locator("#annonce")).to_contain_text("horaires, de")

    screen.locator("a:visible", has_text="Jours précédents").click()
    expect(screen.locator(".week-day h3:visible").first).to_contain_text(first[0])
    assert days(screen) == first
    assert_accessible(screen)


def test_the_month_with_the_keyboard_alone(screen: Page, visitor: Opened, path: str) -> None:
    claire = visitor(screen)
    claire.open(path)
    month = screen.locator("table.month caption")
    before = month.inner_text()
    screen.locator("#mois-apres").focus()
    screen.keyboard.press("Enter")
    expect(month).not_to_have_text(before)
    expect(screen).to_have_url(re.compile(r"&mois=\d{4}-\d\d$"))
    # The arrow kept the focus: turning on takes one key.
    assert focused(screen) in {"mois-apres", "mois-avant"}

    free = screen.locator("a[data-day]")
    free.first.focus()
    screen.keyboard.press("ArrowRight")
    assert focused(screen) == free.nth(1).get_attribute("id")
    screen.keyboard.press("Home")
    assert focused(screen) == free.first.get_attribute("id")
    screen.keyboard.press("End")
    day = focused(screen).removeprefix("jour-")
    screen.keyboard.press("Enter")
    expect(screen).to_have_url(re.compile(f"&du={day}$"))
    expect(screen.locator("#horaires-titre")).to_be_focused()
    screen.keyboard.press("Tab")
    while screen.evaluate("!document.activeElement.matches('button.slot')"):
        screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    expect(screen).to_have_url(DETAILS)

    # Back, step by step, as often as one went on. Between two states of one page the address changes first, then it loads.
    screen.go_back()
    expect(screen).to_have_url(re.compile(f"&du={day}$"))
    for address in (r"&mois=", re.escape(path) + "$"):
        with screen.expect_event("load"):
            screen.go_back()
        expect(screen).to_have_url(re.compile(address))
    expect(month).to_have_text(before)


def test_going_back_the_held_time_is_still_ones_own(
    screen: Page, visitor: Opened, path: str, assert_accessible: Callable[[Page], None]
) -> None:
    claire = visitor(screen)
    claire.open(path)
    hour = claire.take_last_time()
    reference = screen.url.split("/rendez-vous/")[1].split("/")[0]
    screen.go_back()
    screen.reload()
    expect(screen.locator(".held")).to_contain_text(re.compile(f"Votre horaire.*{hour}.*gardé jusqu’à", re.S))
    chosen = screen.locator("button.slot[aria-current]")
    expect(chosen).to_contain_text(hour)
    assert_accessible(screen)
    chosen.click()
    expect(screen).to_have_url(re.compile(f"/{reference}/coordonnees/$"))
    claire.follow("Retour")
    claire.follow("Continuer")
    expect(screen).to_have_url(re.compile(f"/{reference}/coordonnees/$"))
    assert Appointment.objects.filter(holder_key=Appointment.objects.get(reference=reference).holder_key).count() == 1


def test_without_scripts_every_day_and_month_is_a_page(without_scripts: Page, visitor: Opened, path: str) -> None:
    claire = visitor(without_scripts)
    page = without_scripts
    claire.open(path)
    first = days(page)
    page.locator("a:visible", has_text="Jours suivants").click()
    expect(page).to_have_url(re.compile("&du="))
    assert not set(first) & set(days(page))
    page.locator("#mois-apres").click()
    expect(page).to_have_url(re.compile(r"&mois=\d{4}-\d\d#mois$"))
    page.locator("a[data-day]").first.click()
    expect(page).to_have_url(re.compile("&du="))
    claire.take_first_time()
    claire.give_details()


def test_ones_own_clock_is_added_where_it_differs(
    open_browser: Callable[..., Page], visitor: Opened, path: str, assert_accessible: Callable[[Page], None]
) -> None:
    far = visitor(open_browser(timezone_id="America/Montreal"))
    far.open(path)
    slot = far.page.locator("button.slot:visible").first
    expect(slot.locator(".own-clock")).to_contain_text("chez vous")
    assert_accessible(far.page)
    near = visitor(open_browser(timezone_id="Europe/Paris"))
    near.open(path)
    expect(near.page.locator("button.slot:visible").first).to_be_visible()
    expect(near.page.locator(".own-clock")).to_have_count(0)
