"""Suggestions while typing: with the keyboard alone, with a finger, aloud, slow, refused, and without scripts."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

Opened = Callable[..., Visitor]
WHAT, WHERE = "Pratique ou nom", "Ville ou code postal"
SUGGEST = re.compile(r"/api/v1/suggest/")


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, open_browser: Callable[..., Page]) -> Page:
    return open_browser(**PHONE) if request.param == "phone" else open_browser()


@pytest.fixture
def claire(screen: Page, visitor: Opened) -> Visitor:
    claire = visitor(screen)
    claire.open("/")
    return claire


def shown_options(page: Page) -> Locator:
    """Not those of the selects."""
    return page.locator("li[role=option]").locator("visible=true")


def suggested(claire: Visitor, label: str, typed: str) -> Locator:
    claire.field(label).press_sequentially(typed)
    options = shown_options(claire.page)
    expect(options.first).to_be_visible()
    return options


def active(page: Page) -> Locator:
    """The option that the field says is the active one."""
    field = page.locator("input[aria-activedescendant]")
    return page.locator(f"#{field.get_attribute('aria-activedescendant')}")


def test_with_the_keyboard_alone(claire: Visitor, screen: Page) -> None:
    what, where = claire.field(WHAT), claire.field(WHERE)
    what.focus()
    screen.keyboard.type("sophro")
    options = shown_options(screen)
    expect(options.first).to_be_visible()

    # Nothing is chosen beforehand; the list is announced, and its groups have names.
    expect(what).to_have_attribute("role", "combobox")
    expect(what).to_have_attribute("aria-expanded", "true")
    expect(what).not_to_have_attribute("aria-activedescendant", re.compile("."))
    expect(screen.get_by_role("group", name="Pratiques")).to_be_visible()
    expect(screen.locator("#annonce")).to_have_text(re.compile(r"^\d suggestions?$"), timeout=3_000)

    # Down and up go round; the focus stays in the field.
    screen.keyboard.press("ArrowDown")
    expect(active(screen)).to_have_attribute("aria-selected", "true")
    expect(active(screen)).to_have_id(str(options.first.get_attribute("id")))
    screen.keyboard.press("ArrowUp")
    expect(active(screen)).to_have_id(str(options.last.get_attribute("id")))
    screen.keyboard.press("ArrowDown")
    expect(what).to_be_focused()

    # Escape closes and keeps what was typed, then clears it.
    screen.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(what).to_have_value("sophro")
    expect(what).to_have_attribute("aria-expanded", "false")
    screen.keyboard.press("Escape")
    expect(what).to_have_value("")

    # Enter picks, and the field is left with what was picked.
    screen.keyboard.type("sophro")
    expect(options.first).to_be_visible()
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    expect(what).to_have_value("Sophrologie")
    expect(options).to_have_count(0)

    # Tab leaves with the text as typed.
    while not where.evaluate("field => field === document.activeElement"):
        screen.keyboard.press("Tab")
    screen.keyboard.type("6900")
    expect(options.first).to_be_visible()
    screen.keyboard.press("Tab")
    expect(where).to_have_value("6900")
    expect(options).to_have_count(0)

    where.focus()
    where.fill("")
    screen.keyboard.type("lyo")
    expect(options.first).to_contain_text("Lyon")
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    expect(where).to_have_value(re.compile(r"^Lyon \(69\)$"))
    screen.keyboard.press("Enter")
    expect(screen).to_have_url(re.compile(r"/recherche/\?"))
    expect(claire.results.first).to_be_visible()


def test_the_open_list_is_accessible_and_easy_to_hit(
    claire: Visitor, screen: Page, assert_accessible: Callable[[Page], None]
) -> None:
    screen.emulate_media(reduced_motion="reduce")
    for label, typed in ((WHAT, "so"), (WHERE, "saint")):
        options = suggested(claire, label, typed)
        for theme in ("light", "dark"):
            screen.emulate_media(color_scheme=theme)
            assert_accessible(screen)
        screen.emulate_media(color_scheme="light")
        for option in options.all():
            box = option.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= screen.viewport_size["width"]
        assert options.count() <= 8
        screen.keyboard.press("ArrowDown")
        assert_accessible(screen)
        screen.keyboard.press("Escape")


def test_what_was_typed_is_marked(claire: Visitor, screen: Page) -> None:
    options = suggested(claire, WHERE, "st-et")
    first = options.filter(has_text="Saint-Étienne").first
    expect(first.locator("mark")).to_have_text(["Saint", "Ét"])


def test_a_practice_in_a_place_goes_to_its_results(claire: Visitor, screen: Page) -> None:
    options = suggested(claire, WHAT, "sophro lyon")
    options.filter(has_text="Sophrologie à Lyon").first.click()
    expect(screen).to_have_url(re.compile(r"pratique=sophrologie"))
    expect(claire.results.first).to_be_visible()


def test_a_practitioner_goes_to_the_profile(claire: Visitor, screen: Page) -> None:
    claire.search("Sophrologie", "")
    name = re.sub(r"^\d+\. ", "", claire.results.first.get_by_role("heading", level=2).inner_text())
    claire.open("/")
    first, last = name.split(" ", 1)
    options = suggested(claire, WHAT, f"{last[:4]} {first[:3]}".lower())
    options.filter(has_text=name).first.click()
    claire.sees_title(name)


def test_a_late_answer_never_replaces_a_newer_one(claire: Visitor, screen: Page) -> None:
    held: list[Route] = []

    def slowly(route: Route) -> None:
        if "q=so&" in f"{route.request.url}&":
            held.append(route)
        else:
            route.continue_()

    screen.route(SUGGEST, slowly)
    what = claire.field(WHAT)
    what.press_sequentially("so")
    # The first is on its way for long: the list says so.
    expect(screen.get_by_text("Recherche…")).to_be_visible()
    assert held
    what.press_sequentially("phro")
    options = shown_options(screen)
    expect(options.first).to_have_text("Sophrologie")
    shown = options.all_inner_texts()
    # Should the browser have let go of the request, there is nobody left to answer.
    with suppress(PlaywrightError):
        held[0].fulfill(json={"groups": [{"kind": "practice", "items": [{"label": "Trop tard", "url": "/"}]}]})
    screen.wait_for_timeout(300)
    assert options.all_inner_texts() == shown


def test_an_answer_after_leaving_opens_nothing(claire: Visitor, screen: Page) -> None:
    held: list[Route] = []
    screen.route(SUGGEST, lambda route: held.append(route))
    claire.field(WHAT).press_sequentially("sophro")
    expect(screen.get_by_text("Recherche…")).to_be_visible()
    claire.field(WHERE).focus()
    expect(screen.get_by_text("Recherche…")).to_be_hidden()
    screen.wait_for_timeout(300)
    expect(shown_options(screen)).to_have_count(0)


def test_a_refusal_is_silent_and_the_form_works(claire: Visitor, screen: Page) -> None:
    screen.route(SUGGEST, lambda route: route.fulfill(status=429, json={"detail": "Too many requests."}))
    claire.field(WHAT).press_sequentially("sophrologie")
    screen.wait_for_timeout(700)
    expect(screen.locator(".combo-list:visible")).to_have_count(0)
    expect(screen.get_by_role("alert")).to_have_count(0)
    screen.keyboard.press("Enter")
    expect(claire.results.first).to_be_visible()


def test_no_place_says_what_to_try(claire: Visitor, screen: Page) -> None:
    claire.field(WHERE).press_sequentially("zzzz")
    expect(screen.get_by_text("Aucune commune. Essayez un code postal.").locator("visible=true").first).to_be_visible()
    expect(claire.field(WHERE)).to_have_attribute("aria-expanded", "false")
    expect(screen.locator("#annonce")).to_have_text("Aucune commune. Essayez un code postal.", timeout=3_000)


def test_labels_are_text_not_markup(claire: Visitor, screen: Page) -> None:
    label = "<img src=x onerror=alert(1)> Sophrologie"
    screen.route(
        SUGGEST,
        lambda route: route.fulfill(json={"groups": [{"kind": "practice", "items": [{"label": label, "url": "/"}]}]}),
    )
    options = suggested(claire, WHAT, "sophro")
    expect(options.first).to_have_text(label)
    expect(options.first.locator("img")).to_have_count(0)


def test_the_form_works_without_scripts(without_scripts: Page, visitor: Opened) -> None:
    claire = visitor(without_scripts)
    claire.open("/")
    expect(claire.field(WHAT)).not_to_have_attribute("role", "combobox")
    claire.search("sophrologie", "Lyon")
    expect(claire.results.first).to_be_visible()
