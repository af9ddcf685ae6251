"""The widget on a practitioner's own site: another origin frames it, by the script or by a frame of its own."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.test import Client
from playwright.sync_api import Frame, Page, expect

from booking.models import Appointment, Status
from demo.stripe.server import StandIn
from practitioners.models import Practitioner, Service
from tests.factories.booking import bookable_practitioner
from tests.factories.legal import Kind, make_document, make_version
from tests.factories.practitioners import ServiceFactory
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE
from tests.plugins.people import sign_in_fully

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Mon cabinet</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Mon cabinet</h1><p>Bienvenue.</p>{code}<p id="apres">Après.</p></main></body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def stripe_standin(tmp_path: Path) -> Iterator[StandIn]:
    stand_in = StandIn(state=str(tmp_path / "stripe.sqlite3")).start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """`own_site(code)`: the address of a page of another host and port that holds this code."""
    folder = tmp_path / "cabinet"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def put(code: str) -> str:
        (folder / "index.html").write_text(PAGE.format(code=code), encoding="utf-8")
        return f"http://127.0.0.1:{server.server_port}/"

    yield put
    server.shutdown()
    server.server_close()


@pytest.fixture
def offered(site: str) -> tuple[Practitioner, Service]:
    assert "127.0.0.1" not in site, "the two hosts must differ"
    make_version(make_document(Kind.CGU))
    practitioner, service = bookable_practitioner()
    ServiceFactory(practitioner=practitioner, practice=service.practice, name="Une autre séance")
    return practitioner, service


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, open_browser: Callable[..., Page]) -> Page:
    return open_browser(**PHONE) if request.param == "phone" else open_browser()


def script(site: str, practitioner: Practitioner, more: str = "") -> str:
    return f'<script src="{site}/widget.js" data-praticien="{practitioner.slug}" {more} async></script>'


def inside(page: Page) -> Frame:
    handle = page.locator("iframe").element_handle()
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector("main")
    return frame


def fits(page: Page, frame: Frame) -> None:
    """The frame is as high as its content: nothing to scroll inside."""
    page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().height !== 480")
    grown(page, frame)


def grown(page: Page, frame: Frame) -> None:
    """Asked from outside: the frame's policy lets nobody wait inside it by a string of JavaScript."""
    for _ in range(200):
        if frame.evaluate("document.documentElement.scrollHeight <= innerHeight + 1"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the frame still scrolls")


def test_from_another_origin_to_the_booking(
    screen: Page,
    site: str,
    own_site: Callable[[str], str],
    offered: tuple[Practitioner, Service],
    assert_accessible: Callable[[Page], None],
) -> None:
    practitioner, service = offered
    screen.goto(own_site(script(site, practitioner, 'data-couleur="#ffcc00"')))
    frame = inside(screen)
    fits(screen, frame)
    low = screen.locator("iframe").bounding_box()

    # The colour given, dark enough to be read.
    colour = frame.eval_on_selector(".widget-name", "e => getComputedStyle(e).color")
    assert colour not in {"rgb(255, 204, 0)", "rgb(20, 89, 90)"}
    red, green, blue = map(int, re.findall(r"\d+", colour))
    assert red > green > blue

    # Axe inside the frame too.
    assert_accessible(screen)
    assert_accessible(frame)  # type: ignore[arg-type]

    # The keyboard alone, from the page around into the frame.
    frame.get_by_role("link", name=service.name).focus()
    screen.keyboard.press("Enter")
    frame.wait_for_selector("a.slot")
    grown(screen, frame)
    high = screen.locator("iframe").bounding_box()
    assert low
    assert high
    assert high["height"] > low["height"]
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(frame)  # type: ignore[arg-type]
    assert screen.context.cookies() == []

    slot = frame.locator("a.slot:visible").nth(4)
    hour = re.match(r"\d\d:\d\d", slot.inner_text())
    with screen.context.expect_page() as opened:
        slot.focus()
        screen.keyboard.press("Enter")
    tab = opened.value
    expect(tab.get_by_role("heading", level=1)).to_have_text("Cet horaire vous convient ?")
    assert hour
    expect(tab.locator(".ticket-hour")).to_have_text(hour.group())
    assert not Appointment.objects.exists()
    assert_accessible(tab)
    claire = Visitor(tab, site)
    claire.press("Réserver cet horaire")
    expect(tab).to_have_url(re.compile(r"/coordonnees/$"))
    claire.give_details()
    claire.accept_everything()
    claire.press(re.compile("^Réserver avec obligation"))
    claire.sees_booked()
    assert Appointment.objects.get().status == Status.CONFIRMED
    # The site around was never left.
    expect(screen.locator("#apres")).to_be_visible()


def test_only_a_height_from_the_frame_itself_is_listened_to(
    page: Page, site: str, own_site: Callable[[str], str], offered: tuple[Practitioner, Service]
) -> None:
    page.goto(own_site(script(site, offered[0])))
    fits(page, inside(page))
    height = page.locator("iframe").evaluate("e => e.style.height")
    page.evaluate("postMessage({hauteur: 3000}, '*')")
    inside(page).evaluate("for (const odd of ['<b>', NaN, -5, 1e9, null, {}]) parent.postMessage({hauteur: odd}, '*')")
    page.wait_for_timeout(200)
    assert page.locator("iframe").evaluate("e => e.style.height") == height


def test_a_plain_frame_and_the_link_without_scripts(
    without_scripts: Page, site: str, own_site: Callable[[str], str], offered: tuple[Practitioner, Service]
) -> None:
    practitioner, service = offered
    frame = f'<iframe src="{site}/widget/{practitioner.slug}/?service={service.pk}" title="Rendez-vous" width="100%" height="900"></iframe>'
    link = f'<noscript><a href="{site}/rendez-vous/avec/{practitioner.slug}/">Prendre rendez-vous</a></noscript>'
    without_scripts.goto(own_site(frame + script(site, practitioner) + link))
    shown = without_scripts.frame_locator("iframe")
    expect(shown.locator("a.slot").first).to_be_visible()
    month = shown.locator("table.month caption")
    before = month.text_content() or ""
    shown.locator("#mois-apres").click()
    expect(month).not_to_have_text(before)
    expect(shown.locator("a.slot").first).to_be_visible()
    without_scripts.get_by_role("link", name="Prendre rendez-vous").press("Enter")
    expect(without_scripts).to_have_url(re.compile("^http://localhost"))
    expect(without_scripts.get_by_role("heading", level=1)).to_contain_text("Quelle séance avec")


def test_the_office_previews_it_and_copies_its_code(
    page: Page,
    site: str,
    offered: tuple[Practitioner, Service],
    client: Client,
    assert_accessible: Callable[[Page], None],
) -> None:
    practitioner, service = offered
    sign_in_fully(client, practitioner.user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page.goto(f"{site}/espace-praticien/widget/")
    assert_accessible(page)
    expect(page.frame_locator("iframe").get_by_role("link", name=service.name)).to_be_visible()
    page.get_by_label("Séances montrées").select_option(str(service.pk))
    expect(page.frame_locator("iframe").locator("a.slot").first).to_be_visible()
    expect(page).to_have_url(re.compile(f"service={service.pk}"))
    page.get_by_label("Couleur").fill("#cc3366")
    code = page.get_by_label("Avec un script")
    expect(code).to_have_value(re.compile('data-couleur="#cc3366"'))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copier le script").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code.input_value()
