"""A visitor searches: words, filters, chips, orders, back and forward, favourites; on a phone as on a desktop, with the keyboard alone."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from search.models import Favourite
from tests.journeys.test_accessibility import enter, problems_of
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

Opened = Callable[..., Visitor]
COUNT = re.compile(r"^(\d+) praticiens?$")


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, open_browser: Callable[..., Page]) -> Page:
    return open_browser(**PHONE) if request.param == "phone" else open_browser()


def is_phone(page: Page) -> bool:
    return (page.viewport_size or {})["width"] < 1024


def asked(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def found(page: Page) -> int:
    match = COUNT.match(page.locator("[data-count]").inner_text())
    assert match
    return int(match[1])


def open_filters(page: Page) -> None:
    if is_phone(page):
        page.locator("#filtres > summary").click()
        expect(page.get_by_role("dialog", name="Filtres")).to_be_visible()


def count_beside(page: Page, option: str) -> int:
    return int(re.findall(r"\d+", page.locator(f"label[for='{option}'] .check-count").inner_text())[0])


def choose(page: Page, option: str) -> None:
    """Tick a filter; the list follows, and shows as many as the filter said."""
    announced = count_beside(page, option)
    page.locator(f"#{option}").check()
    name, _dash, value = option.partition("-")
    expect(page).to_have_url(re.compile(f"{name}={value}"))
    expect(page.locator("[data-count]")).to_have_text(re.compile(rf"^{announced} praticiens?$"))
    expect(page.locator(f"#{option}")).to_be_focused()
    expect(page.locator(f"#{option}")).to_be_checked()


def test_filters_chips_orders_back_and_forward(screen: Page, visitor: Opened) -> None:
    claire = visitor(screen)
    claire.open("/recherche/?q=sophrologie")
    everybody = found(screen)
    open_filters(screen)
    choose(screen, "mode-visio")
    by_video = found(screen)
    assert 0 < by_video < everybody
    assert asked(screen) == {"q": "sophrologie", "mode": "visio"}
    status = screen.locator("[data-said]" if is_phone(screen) else "#annonce")
    expect(status).to_have_text(f"{by_video} praticiens" if by_video > 1 else f"{by_video} praticien")
    choose(screen, "disponible-semaine")
    assert asked(screen) == {"q": "sophrologie", "mode": "visio", "disponible": "semaine"}
    if is_phone(screen):
        screen.get_by_role("button", name=re.compile(r"^Afficher \d+ praticien")).click()
        expect(screen.get_by_role("dialog")).to_have_count(0)
    expect(screen).to_have_title(re.compile("Sophrologie, En visio, Cette semaine"))
    # Each time shown is one of a session by video.
    expect(screen.locator("button.slot").first).to_be_visible()
    times = screen.locator("button.slot").all_inner_texts()
    assert all("En visio" in text or "visio" in text.lower() for text in times)

    # Back and forward: list, filters and address go together.
    screen.go_back()
    expect(screen).to_have_url(re.compile(r"\?q=sophrologie&mode=visio$"))
    expect(screen.locator("[data-count]")).to_have_text(re.compile(rf"^{by_video} "))
    expect(screen.locator("#mode-visio")).to_be_checked()
    expect(screen.locator("#disponible-tout")).to_be_checked()
    screen.go_back()
    expect(screen.locator("[data-count]")).to_have_text(re.compile(rf"^{everybody} "))
    expect(screen.locator("#mode-visio")).not_to_be_checked()
    screen.go_forward()
    expect(screen.locator("[data-count]")).to_have_text(re.compile(rf"^{by_video} "))
    expect(screen.locator("#mode-visio")).to_be_checked()

    # A chip is taken away, an order chosen; both are addresses.
    screen.get_by_role("link", name="Retirer En visio").click()
    expect(screen.locator("[data-count]")).to_have_text(re.compile(rf"^{everybody} "))
    screen.get_by_role("navigation", name="Trier").get_by_role("link", name="Prochain horaire libre").click()
    assert asked(screen) == {"q": "sophrologie", "tri": "horaire"}
    expect(screen.get_by_text("Tri par prochain horaire libre, puis par classement.", exact=False)).to_be_visible()
    first = claire.results.first
    first.get_by_text("Pourquoi ici ?").click()
    expect(first.locator(".why li").first).to_contain_text("Prochain horaire libre")
    shown = claire.results.locator("button.slot").evaluate_all("all => all.map(one => one.value)")
    firsts = [claire.results.nth(n).locator("button.slot").first.get_attribute("value") for n in range(3)]
    assert firsts == sorted(firsts)
    assert shown

    # From a result and back again, the list is as it was left.
    leading = claire.results.nth(1).get_by_role("link").first
    leading.scroll_into_view_if_needed()
    left = screen.evaluate("window.scrollY")
    assert left > 0
    leading.click()
    expect(screen).to_have_url(re.compile("/praticiens/"))
    screen.go_back()
    expect(screen).to_have_url(re.compile("tri=horaire"))
    screen.wait_for_function("y => Math.abs(window.scrollY - y) < 400", arg=left)


def test_a_date_and_an_amount_of_one_s_own(screen: Page, visitor: Opened) -> None:
    claire = visitor(screen)
    claire.open("/recherche/?lieu=Lyon")
    open_filters(screen)
    screen.locator("#prix").fill("75")
    screen.keyboard.press("Enter")
    expect(screen).to_have_url(re.compile(r"prix_max=75$"))
    expect(screen.locator("#prix_max-autre")).to_be_checked()
    expect(screen.locator("#prix")).to_be_focused()
    choose(screen, "prix_max-60")
    assert asked(screen)["prix_max"] == "60"
    day = screen.locator("#jour").get_attribute("max") or ""
    screen.locator("#jour").fill(day)
    screen.locator("#jour").dispatch_event("change")
    expect(screen).to_have_url(re.compile(rf"disponible={day}"))


def test_without_scripts_the_button_sends_and_the_address_is_clean(without_scripts: Page, visitor: Opened) -> None:
    claire = visitor(without_scripts)
    claire.open("/recherche/?q=sophrologie")
    announced = count_beside(without_scripts, "mode-visio")
    without_scripts.locator("#mode-visio").check()
    claire.press(re.compile(r"^Afficher \d+ praticien"))
    assert asked(without_scripts) == {"q": "sophrologie", "mode": "visio"}
    assert found(without_scripts) == announced
    without_scripts.locator("#prix_max-autre").check()
    without_scripts.locator("#prix").fill("70")
    claire.press(re.compile(r"^Afficher \d+ praticien"))
    assert asked(without_scripts) == {"q": "sophrologie", "mode": "visio", "prix_max": "70"}
    claire.follow("Retirer En visio")
    assert asked(without_scripts) == {"q": "sophrologie", "prix_max": "70"}


def test_a_list_that_cannot_be_updated_stays_and_says_so(
    open_browser: Callable[..., Page], visitor: Opened, site: str
) -> None:
    page = open_browser()
    visitor(page).open("/recherche/?q=sophrologie")
    names = page.locator(".result-name").all_inner_texts()

    def broken(route: Route) -> None:
        if route.request.headers.get("hx-request"):
            route.fulfill(status=429, body="")
        else:
            route.continue_()

    page.context.route("**/recherche/?*", broken)
    # What htmx itself says of an error, which is wanted here.
    page.evaluate("console.error = () => {}")
    page.locator("#mode-visio").check()
    expect(page.get_by_text("La liste n’a pas pu se mettre à jour.").last).to_be_visible()
    expect(page.locator("#annonce")).to_have_text("La liste n’a pas pu se mettre à jour.")
    assert page.locator(".result-name").all_inner_texts() == names
    assert asked(page) == {"q": "sophrologie"}
    page.context.unroute("**/recherche/?*")
    page.get_by_role("button", name="Réessayer").click()
    expect(page).to_have_url(re.compile("mode=visio"))
    expect(page.get_by_role("button", name="Réessayer")).to_have_count(0)


def test_a_slow_answer_keeps_the_list_and_is_told(open_browser: Callable[..., Page], visitor: Opened) -> None:
    page = open_browser()
    visitor(page).open("/recherche/?q=sophrologie")
    waiting: list[Route] = []
    page.context.route(
        "**/recherche/?*",
        lambda route: waiting.append(route) if route.request.headers.get("hx-request") else route.continue_(),
    )
    # htmx tells the console of a question that another one replaced.
    page.evaluate("console.error = () => {}")
    page.locator("#mode-visio").check()
    expect(page.get_by_text("Mise à jour…").last).to_be_visible()
    expect(page.locator("#resultats")).to_have_attribute("aria-busy", "true")
    assert page.locator(".result-name").count()
    # A second choice replaces the first question.
    page.locator("#moment-soir").check()
    while len(waiting) < 2:
        page.wait_for_timeout(50)
    waiting[1].continue_()
    expect(page).to_have_url(re.compile("mode=visio&moment=soir"))
    expect(page.locator("#resultats")).not_to_have_attribute("aria-busy", "true")


def test_around_me_asks_only_on_a_press(open_browser: Callable[..., Page], visitor: Opened) -> None:
    allowed = open_browser(geolocation={"latitude": 45.7677, "longitude": 4.8354}, permissions=["geolocation"])
    visitor(allowed).open("/recherche/?q=sophrologie pres de moi")
    assert "autour" not in asked(allowed)
    allowed.get_by_role("region", name="Près de vous").get_by_role("button", name="Autour de moi").click()
    expect(allowed).to_have_url(re.compile("autour=45.768(,|%2C)4.835"))
    expect(allowed.get_by_role("link", name="Retirer Autour de moi")).to_be_visible()
    assert found(allowed)

    refused = open_browser()
    visitor(refused).open("/recherche/?q=sophrologie")
    refused.get_by_role("button", name="Autour de moi").click()
    expect(refused.get_by_text("Votre position n’est pas connue.", exact=False).first).to_be_visible()
    expect(refused.locator("#lieu")).to_be_focused()


def test_a_favourite_is_saved_found_again_and_removed(screen: Page, visitor: Opened, site: str) -> None:
    user: User = enter(screen, site, "client")
    visitor(screen).open("/recherche/?q=sophrologie")
    card = screen.locator("article.result").first
    name = card.get_by_role("heading", level=2).inner_text().split(". ", 1)[1]
    card.get_by_role("button", name=f"Enregistrer {name}").click()
    saved = card.get_by_role("button", name=re.compile("^Enregistré"))
    expect(saved).to_be_focused()
    expect(screen.locator("#annonce")).to_have_text(f"{name} est dans vos favoris.")
    assert Favourite.objects.filter(user=user).count() == 1
    screen.goto(f"{site}/compte/favoris/")
    expect(screen.get_by_role("link", name=name, exact=True)).to_be_visible()
    assert not problems_of(screen)
    screen.get_by_role("button", name=re.compile("retirer de mes favoris")).click()
    expect(screen.get_by_role("button", name=f"Enregistrer {name}")).to_be_visible()
    assert not Favourite.objects.filter(user=user).exists()


def test_with_the_keyboard_alone(page: Page, visitor: Opened) -> None:
    visitor(page).open("/recherche/")
    page.locator("#q").focus()
    page.keyboard.type("sophrologie")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=sophrologie$"))
    before = found(page)
    page.locator("#disponible-tout").focus()
    for _press in range(40):
        if page.evaluate("document.activeElement.id") == "mode-visio":
            break
        page.keyboard.press("Tab")
    expect(page.locator("#mode-visio")).to_be_focused()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("mode=visio"))
    expect(page.locator("#mode-visio")).to_be_focused()
    assert found(page) < before
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"\?q=sophrologie$"))


def test_the_dialog_of_filters_with_the_keyboard(phone: Page, visitor: Opened) -> None:
    visitor(phone).open("/recherche/?q=sophrologie")
    phone.locator("#filtres > summary").focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("dialog", name="Filtres")).to_be_visible()
    expect(phone.locator("#filtres-titre")).to_be_focused()
    assert not problems_of(phone)
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.locator("#filtres > summary")).to_be_focused()


STATES = {
    "list": "/recherche/?q=sophrologie&lieu=Lyon&mode=visio",
    "nobody": "/recherche/?q=sophrologie&lieu=Aurillac&disponible=aujourdhui",
    "corrected": "/recherche/?q=sofrologie",
    "exact": "/recherche/?q=sophrologie&exact=1",
    "near me": "/recherche/?q=yoga près de moi",
    "which place": "/recherche/?q=yoga&lieu=Saint-Denis",
    "no such place": "/recherche/?lieu=Zzyzxville",
    "past the end": "/recherche/?page=99",
    "ranking": "/recherche/classement/",
}


def test_every_state_is_accessible(page: Page, site: str) -> None:
    found_wrong = []
    for path in STATES.values():
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.ok, path
        found_wrong += problems_of(page)
    assert not found_wrong, "\n".join(found_wrong)


def test_a_visitor_who_signs_in_finds_the_favourite_saved(page: Page, visitor: Opened, site: str) -> None:
    claire = visitor(page)
    claire.email = "client@demo.example"
    claire.open("/recherche/?q=sophrologie")
    page.get_by_role("button", name=re.compile("^Enregistrer ")).first.click()
    expect(page).to_have_url(re.compile("/compte/connexion/"))
    claire.sign_in_by_code()
    expect(page).to_have_url(re.compile(r"/recherche/\?q=sophrologie"))
    expect(page.get_by_role("button", name=re.compile("^Enregistré")).first).to_be_visible()
    assert Favourite.objects.filter(user__email=claire.email).count() == 1
