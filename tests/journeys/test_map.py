"""The map, on a phone and on a desktop, by hand and by keyboard, and without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.test_accessibility import problems_of
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

Opened = Callable[..., Visitor]
INTERACTIVE = "Afficher la carte interactive"
WORDS = re.compile(r"\d[\d\u00a0]* praticiens?$")


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Carte", exact=True)


def pins(page: Page) -> Locator:
    return panel(page).locator("button.map-live-pin")


def show(page: Page) -> None:
    panel(page).get_by_role("button", name=INTERACTIVE).click()
    expect(pins(page).first).to_be_visible()
    expect(panel(page).get_by_label(re.compile("^Carte interactive"))).to_be_focused()


def focused(page: Page) -> str:
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
    )


def test_nothing_is_fetched_for_the_map_before_it_is_asked_for(page: Page, visitor: Opened) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    claire = visitor(page)
    claire.open("/recherche/?lieu=Lyon")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if re.search("leaflet|geojson|carte/", url)]
    show(page)
    assert [url for url in asked if "leaflet" in url]


def test_pins_and_cards_are_one_list(page: Page, visitor: Opened) -> None:
    claire = visitor(page)
    claire.open("/recherche/?q=sophrologie&lieu=Lyon")
    names = [re.sub(r"\s+", " ", text) for text in claire.results.get_by_role("heading", level=2).all_inner_texts()]
    drawn = panel(page).locator("a.map-pin")
    labels = [label.get_attribute("aria-label") or "" for label in drawn.all()]
    assert labels
    assert all(any(label.startswith(name) for name in names) for label in labels)
    assert [int(label.split(".")[0]) for label in labels] == sorted(int(label.split(".")[0]) for label in labels)

    # Pointing at one shows the other, drawn or live.
    claire.results.first.hover()
    expect(drawn.first).to_have_class(re.compile("is-pointed"))
    drawn.last.focus()
    expect(page.locator(f"#resultat-{labels[-1].split('.')[0]}")).to_have_class(re.compile("is-pointed"))
    drawn.last.press("Enter")
    expect(page).to_have_url(re.compile(rf"#resultat-{labels[-1].split('.')[0]}$"))
    show(page)
    assert [pin.get_attribute("aria-label") for pin in pins(page).all()] == labels
    claire.results.first.hover()
    expect(pins(page).first).to_have_class(re.compile("is-pointed"))


def test_the_map_by_keyboard_alone(page: Page, visitor: Opened) -> None:
    claire = visitor(page)
    claire.open("/recherche/?q=sophrologie&lieu=Lyon")
    panel(page).get_by_role("button", name=INTERACTIVE).focus()
    page.keyboard.press("Enter")
    expect(pins(page).first).to_be_visible()

    # Each pin in the order of the list, with its name and price; what it says stands below, and Escape comes back to it.
    first = pins(page).first.get_attribute("aria-label") or ""
    assert re.match(r"1\. [^,]+, \d+,\d\d\s€", first)
    page.keyboard.press("Tab")
    assert focused(page) == first
    page.keyboard.press("Enter")
    sheet = panel(page).locator("[data-map-sheet]")
    expect(sheet).to_be_focused()
    expect(sheet).to_contain_text(first.split(",")[0])
    expect(sheet.get_by_role("link", name="Voir dans la liste")).to_have_attribute("href", "#resultat-1")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert focused(page) == first
    page.keyboard.press("Tab")
    assert focused(page).startswith("2.")
    page.keyboard.press("Escape")
    assert focused(page) == "Carte"

    # Past the map in one go.
    page.keyboard.press("Tab")
    assert focused(page) == "Passer la carte"
    page.keyboard.press("Enter")
    assert focused(page) == "Fin de la carte"
    for name in ("Zoomer", "Dézoomer", "Voir tous les résultats de la page"):
        expect(panel(page).get_by_role("button", name=name, exact=True)).to_be_visible()


def test_searching_in_the_area_one_has_moved_to_and_back(page: Page, visitor: Opened) -> None:
    claire = visitor(page)
    claire.open("/recherche/?lieu=Lyon")
    before, count = page.url, page.get_by_role("heading", level=1).inner_text()
    show(page)
    area = panel(page).get_by_role("link", name="Rechercher dans cette zone")
    expect(area).to_be_hidden()
    for _ in range(5):
        panel(page).get_by_role("button", name="Dézoomer", exact=True).click()
        page.wait_for_timeout(400)
    expect(area).to_be_visible()
    area.click()
    expect(page).to_have_url(re.compile(r"bbox=-?\d"))
    assert "lieu=" not in page.url
    expect(page.get_by_role("link", name=re.compile("Dans la zone de la carte"))).to_be_visible()
    # The map stays, with the pins of the new list.
    expect(claire.field("Ville ou code postal")).to_have_value("")
    expect(pins(page)).to_have_count(claire.results.count())
    shared = page.url
    found = page.get_by_role("heading", level=1).inner_text()
    page.go_back()
    expect(page).to_have_url(before)
    expect(page.get_by_role("link", name=re.compile("Dans la zone de la carte"))).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(count)
    # The address alone is enough for somebody else.
    page.goto(shared)
    expect(page.get_by_role("heading", level=1)).to_have_text(found)


def test_a_filter_keeps_the_map_and_changes_its_pins(page: Page, visitor: Opened) -> None:
    claire = visitor(page)
    claire.open("/recherche/?lieu=Lyon")
    show(page)
    with page.expect_response(re.compile("/recherche/carte/points/")) as told:
        page.locator("#filtres-corps").get_by_text("En visio").click()
    expect(pins(page)).to_have_count(len(page.request.get(told.value.url).json()["pins"]))
    assert "mode=visio" in told.value.url
    expect(panel(page).get_by_role("button", name=INTERACTIVE)).to_be_hidden()


def test_the_choice_to_hide_the_map_outlives_the_page(page: Page, visitor: Opened) -> None:
    claire = visitor(page)
    claire.open("/recherche/?lieu=Lyon")
    hide = panel(page).get_by_role("button", name="Masquer la carte")
    expect(hide).to_have_attribute("aria-expanded", "true")
    hide.click()
    expect(panel(page).locator(".paper-map")).to_be_hidden()
    page.reload()
    expect(page.locator("#carte .paper-map")).to_be_hidden()
    page.locator("#carte").get_by_role("button", name="Carte").click()
    expect(panel(page).locator(".paper-map")).to_be_visible()


def test_on_a_phone_the_map_is_another_view_of_the_same_search(phone: Page, visitor: Opened) -> None:
    claire = visitor(phone)
    claire.open("/recherche/?q=sophrologie&lieu=Lyon&mode=cabinet")
    title = phone.get_by_role("heading", level=1).inner_text()
    expect(panel(phone)).to_be_hidden()
    phone.get_by_role("link", name="Carte", exact=True).click()
    expect(phone).to_have_url(re.compile(r"/recherche/carte/\?.*mode=cabinet"))
    claire.sees_title(title)
    rows = phone.get_by_role("region", name="Résultats de cette page").get_by_role("listitem")
    phone.wait_for_load_state()
    assert rows.count() >= panel(phone).locator("a.map-pin").count() > 1
    show(phone)
    pins(phone).first.tap()
    expect(panel(phone).locator("[data-map-sheet]")).to_contain_text("1.")
    phone.get_by_role("link", name="Liste", exact=True).click()
    expect(phone).to_have_url(re.compile(r"/recherche/\?.*mode=cabinet"))
    claire.sees_title(title)


def test_without_scripts_the_drawing_leads_everywhere(without_scripts: Page, visitor: Opened) -> None:
    claire = visitor(without_scripts)
    # Past the few pages of the demo, everybody is elsewhere: gathered in clusters.
    claire.open("/recherche/carte/?page=2")
    expect(without_scripts.get_by_text("Cette page n’existe pas")).to_be_visible()
    expect(without_scripts.get_by_role("button", name=INTERACTIVE)).to_be_hidden()
    everybody = without_scripts.get_by_role("heading", level=1).inner_text()
    cluster = panel(without_scripts).locator("a.map-cluster").first
    cluster.focus()
    cluster.press("Enter")
    expect(without_scripts).to_have_url(re.compile("bbox="))
    expect(without_scripts.get_by_role("heading", level=1)).not_to_have_text(everybody)
    pin = panel(without_scripts).locator("a.map-pin").first
    number = (pin.get_attribute("href") or "").removeprefix("#resultat-")
    pin.focus()
    pin.press("Enter")
    expect(without_scripts.locator(f"#resultat-{number}")).to_be_in_viewport()


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_axe_finds_nothing_on_the_map_drawn_or_live(
    screen: str, open_browser: Callable[..., Page], visitor: Opened
) -> None:
    page = open_browser(**PHONE) if screen == "phone" else open_browser()
    claire = visitor(page)
    claire.open("/recherche/carte/" if screen == "phone" else "/recherche/")
    found = problems_of(page)
    show(page)
    pins(page).first.press("Enter")
    found += problems_of(page)
    assert not found, "\n".join(found)
