"""A practitioner sets hours, holidays, sessions and questions: on a phone and a wide screen, and without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from booking.models import Closure, IntakeQuestion
from common.clock import now
from demo.stripe.server import StandIn
from practitioners.models import Practitioner
from tests.factories.booking import AppointmentFactory, bookable_practitioner
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

OFFICE = "/espace-praticien"


@pytest.fixture
def stripe_standin(tmp_path: Path) -> Iterator[StandIn]:
    """Nothing is paid here: a stand-in without the demo's content, and an agenda made for these tests."""
    stand_in = StandIn(state=str(tmp_path / "stripe.sqlite3")).start()
    yield stand_in
    stand_in.stop()


@pytest.fixture(params=["desktop", "phone", "without scripts"])
def screen(request: pytest.FixtureRequest, open_browser: Callable[..., Page]) -> Page:
    kinds: dict[str, dict[str, Any]] = {"phone": PHONE, "without scripts": {"java_script_enabled": False}}
    return open_browser(**kinds.get(request.param, {}))


@pytest.fixture
def office(site: str, screen: Page, client: Client, login_as: Any) -> Practitioner:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    for name, cookie in client.cookies.items():
        screen.context.add_cookies([{"name": name, "value": cookie.value, "url": site}])
    return practitioner


@pytest.fixture
def check(request: pytest.FixtureRequest, assert_accessible: Callable[[Page], None]) -> Callable[[Page], None]:
    """Axe is a script: where the page has none, only its width is looked at elsewhere."""
    scripted = "without" not in request.node.name

    def checked(page: Page) -> None:
        if scripted:
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    return checked


def test_hours_are_shown_before_they_are_saved_and_holidays_close_in_one_press(
    screen: Page, site: str, office: Practitioner, check: Callable[[Page], None]
) -> None:
    edwige = Visitor(screen, site)
    edwige.open(f"{OFFICE}/horaires/")
    check(screen)
    screen.locator("[name=d3r0-parity]").select_option("alt")
    screen.locator("[name=d3r0-since]").fill(f"{now():%Y-%m-%d}")
    edwige.press("Voir l’effet, puis enregistrer")
    expect(screen.locator("#effet")).to_contain_text("horaires en moins")
    expect(screen.locator(".hours-words")).to_contain_text("Ouvert : semaine du")
    check(screen)
    assert not office.opening_rules.filter(parity="alt").exists()
    edwige.press("Enregistrer la semaine")
    expect(screen.get_by_text("Votre semaine est enregistrée.")).to_be_visible()
    assert office.opening_rules.get(parity="alt").weekday == 3

    noel = screen.locator("#vacances li", has_text="Noël").last
    noel.get_by_role("button", name=re.compile("^Fermer")).click()
    expect(screen.get_by_text("Ces jours sont fermés.")).to_be_visible()
    closure = Closure.objects.get(practitioner=office)
    assert closure.source.endswith("-12-25")
    screen.locator("#vacances li", has_text="Noël").last.get_by_role("button", name=re.compile("^Rouvrir")).click()
    expect(screen.get_by_text("Vos horaires habituels s’appliquent")).to_be_visible()
    assert not Closure.objects.exists()


def test_the_page_says_why_a_time_is_not_there(
    screen: Page, site: str, office: Practitioner, check: Callable[[Page], None]
) -> None:
    AppointmentFactory(practitioner=office)
    edwige = Visitor(screen, site)
    edwige.open(f"{OFFICE}/horaires/")
    edwige.follow("Ce que voit un client")
    expect(screen.locator(".preview-slots .slot").first).to_be_visible()
    screen.locator("[name=heure]").fill("08:00")
    edwige.press("Afficher")
    expect(screen.locator(".preview-answer").first).to_contain_text("pas proposé")
    screen.locator("[name=heure]").fill("17:00")
    screen.locator("[name=jour]").select_option("6")
    edwige.press("Afficher")
    expect(screen.locator(".preview-answer")).to_contain_text("proposé")
    check(screen)


def test_a_variant_of_a_session_and_what_it_asks(
    screen: Page, site: str, office: Practitioner, check: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    edwige = Visitor(screen, site)
    edwige.open(f"{OFFICE}/seances/")
    check(screen)
    edwige.follow("Dupliquer")
    screen.locator("[name=name]").fill("Massage de 90 minutes")
    screen.locator("[name=duration_minutes]").fill("90")
    screen.locator("[name=price_cents]").fill("1085,5")
    if "without" not in request.node.name:
        expect(screen.locator(".client-card")).to_contain_text("Massage de 90 minutes")
        expect(screen.locator(".client-card")).to_contain_text("1 085,50 €")
        expect(screen.locator(".client-card")).to_contain_text("90 min")
    check(screen)
    edwige.press("Enregistrer")
    expect(screen.get_by_role("link", name="Massage de 90 minutes", exact=True)).to_be_visible()
    variant = office.services.get(duration_minutes=90)
    assert variant.price_cents == 108_550

    edwige.open(f"{OFFICE}/seances/{variant.pk}/questions/")
    check(screen)
    screen.locator("[name=text]").fill("Avez-vous des allergies ?")
    edwige.press("Ajouter la question")
    expect(screen.locator(".error-summary, .message-erreur, .field-error").first).to_contain_text("allergies")
    expect(screen.locator("[name=text]")).to_have_value("Avez-vous des allergies ?")
    check(screen)
    screen.locator("[name=text]").fill("Venez-vous en voiture ?")
    screen.locator("[name=kind]").select_option("yes_no")
    edwige.press("Ajouter la question")
    expect(screen.locator(".client-fields")).to_contain_text("Venez-vous en voiture")
    assert IntakeQuestion.objects.get().kind == "yes_no"
