"""A visitor finds a practitioner, books, pays, and gets back what was announced; on a phone as on a desktop."""

import datetime as dt
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from booking.models import Appointment, Payment
from common import clock
from demo.stripe.server import StandIn
from legal.models import AcceptanceDetail
from tests.journeys.mailbox import calendar_of, mail_to
from tests.journeys.visitor import REFUSED_CARD, Visitor
from tests.plugins.browser import PHONE

Opened = Callable[..., Visitor]


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest, open_browser: Callable[..., Page]) -> Page:
    return open_browser(**PHONE) if request.param == "phone" else open_browser()


def refunded(stripe: StandIn) -> int:
    """What went back to clients' cards, in cents."""
    return sum(
        entry["amount"]
        for movement in stripe.control.ledger()["transactions"]
        if movement["kind"] == "refund"
        for entry in movement["entries"]
        if entry["account"] == "cards"
    )


def cents(text: str) -> list[int]:
    """The amounts of a sentence: « 15,00 € sur 30,00 € »."""
    return [int(euros.replace("\u00a0", "") + cent) for euros, cent in re.findall(r"([\d\u00a0]+),(\d\d)\s€", text)]


def test_from_the_home_page_to_the_announced_refund(screen: Page, visitor: Opened, stripe_standin: StandIn) -> None:
    claire, before = visitor(screen), refunded(stripe_standin)
    claire.open("/")

    # Suggestions, with the keyboard alone.
    claire.suggested("Pratique ou nom", "sophrologie")
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    expect(claire.field("Pratique ou nom")).to_have_value("Sophrologie")
    expect(claire.suggested("Ville ou code postal", "Lyon").first).to_contain_text("Lyon")
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    claire.press("Voir les horaires")

    # Results in the Contract's order, each with the reason of its place and real times.
    expect(screen).to_have_title(re.compile("Sophrologie"))
    expect(screen.get_by_text("Aucun praticien ne paie pour remonter", exact=False).first).to_be_visible()
    listed = screen.request.get(f"{claire.site}/api/v1/practitioners/?q=sophrologie&lieu=Lyon").json()["results"]
    assert len(listed) > 3
    screen.wait_for_load_state()
    names = [
        re.sub(r"^\d+\. ", "", heading) for heading in claire.results.get_by_role("heading", level=2).all_inner_texts()
    ]
    assert names == [practitioner["name"] for practitioner in listed]
    first = claire.results.first
    first.get_by_text("Pourquoi ici ?").click()
    expect(first.get_by_text("Réservation en ligne")).to_be_visible()
    expect(first.locator("button.slot").first).to_be_visible()

    # Her page, a service, a time: held from here.
    first.get_by_role("link", name=names[0]).first.click()
    claire.sees_title(names[0])
    claire.follow(re.compile("^Choisir Séance individuelle"))
    expect(screen.get_by_role("heading", name="Horaires pour « Séance individuelle »")).to_be_visible()
    claire.take_last_time()
    until = (clock.now() + dt.timedelta(minutes=15)).astimezone(ZoneInfo("Europe/Paris"))
    promised = screen.get_by_text("Horaire gardé pour vous jusqu’à").inner_text()
    assert any(f"{until - dt.timedelta(minutes=late):%H:%M}" in promised for late in (0, 1)), promised
    claire.press("Garder 10 minutes de plus")
    expect(screen.get_by_role("button", name="Garder 10 minutes de plus")).to_have_count(0)

    # Who she is: what is missing is said, what was typed stays.
    claire.fill_in_details(**{"E-mail": "claire.fontanel@"})
    claire.press("Continuer")
    expect(screen).to_have_title(re.compile("^Erreur"))
    expect(screen.get_by_role("heading", name="Il y a 2 erreurs")).to_be_visible()
    expect(claire.field("Prénom")).to_have_value("Claire")
    expect(claire.field("E-mail")).to_have_value("claire.fontanel@")
    claire.give_details()

    # Check: what is paid now, what cancelling gives back, nothing ticked beforehand.
    screen.wait_for_load_state()
    boxes = screen.locator(".consents").get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [False] * boxes.count()
    pay_button = screen.get_by_role("button", name=re.compile("^Réserver et payer"))
    (announced,) = cents(pay_button.inner_text())
    boxes.first.check()
    pay_button.click()
    expect(screen).to_have_title(re.compile("^Erreur"))
    expect(boxes.first).to_be_checked()
    claire.go_to_payment()

    # Stripe's page, then booked: both are told, with a file for their calendars.
    claire.pay()
    reference = claire.sees_booked()
    booked = Appointment.objects.get(reference=reference)
    assert Payment.objects.get(appointment=booked).amount_cents == announced == booked.advance_cents
    mine = calendar_of(mail_to(claire.email, "Confirmé"))
    theirs = calendar_of(mail_to(booked.practitioner.professional_email, "Nouveau rendez-vous"))
    start = booked.starts_at.astimezone(ZoneInfo("Europe/Paris"))
    for text in (mine, theirs):
        assert f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}" in text
    account = User.objects.get(email=claire.email)
    assert not account.has_usable_password()
    assert booked.client == account
    assert AcceptanceDetail.objects.filter(user=account).count() == 3

    # « Mes rendez-vous », and the amount announced is the amount returned.
    claire.open("/compte/")
    claire.sign_in_by_code()
    claire.sees_title("Mes rendez-vous")
    claire.follow(re.compile("^Annuler"))
    due, paid = cents(screen.get_by_text("Si vous annulez maintenant").inner_text())
    assert paid == announced
    claire.press(re.compile("^Annuler"))
    expect(screen.get_by_text("Annulé", exact=False).first).to_be_visible()
    mail_to(claire.email, "Annulé")
    assert refunded(stripe_standin) - before == due > 0


def test_without_scripts(without_scripts: Page, visitor: Opened, stripe_standin: StandIn) -> None:
    claire, before = visitor(without_scripts), refunded(stripe_standin)
    claire.open("/")
    claire.search("sophrologie", "Lyon")
    claire.results.first.get_by_role("link").first.click()
    claire.follow(re.compile("^Choisir Séance individuelle"))
    claire.take_first_time()
    claire.give_details()
    claire.go_to_payment()
    claire.pay()
    reference = claire.sees_booked()
    claire.follow("Annuler le rendez-vous")
    due, _paid = cents(without_scripts.get_by_text("Si vous annulez maintenant").inner_text())
    claire.press(re.compile("^Annuler"))
    expect(without_scripts.get_by_text("Annulé", exact=False).first).to_be_visible()
    assert Appointment.objects.get(reference=reference).status == "cancelled_client"
    assert refunded(stripe_standin) - before == due


def test_an_unknown_town_offers_its_nearest_names(without_scripts: Page, visitor: Opened) -> None:
    claire = visitor(without_scripts)
    claire.open("/")
    claire.search("sophrologie", "Saint-Denis")
    claire.follow(re.compile("Réunion|974"))
    expect(without_scripts.get_by_text("Saint-Denis (974)", exact=False).last).to_be_visible()
    expect(without_scripts.get_by_role("link", name="Partout en France")).to_be_visible()


def test_a_refused_card_charges_nothing_and_another_one_books(
    page: Page, visitor: Opened, stripe_standin: StandIn
) -> None:
    claire, before = visitor(page), stripe_standin.control.balances()["cards"]
    claire.open("/praticiens/edwige-meunier/")
    claire.take_first_time()
    claire.give_details()
    claire.go_to_payment()
    claire.pay(REFUSED_CARD)
    expect(page.get_by_role("heading", name="Paiement refusé")).to_be_visible()
    assert stripe_standin.control.balances()["cards"] == before
    # Back on the site, nothing is lost: the time is still held, the details are there.
    claire.follow("Revenir sans payer")
    expect(page.get_by_role("main")).to_contain_text("claire.fontanel@exemple.fr")
    claire.go_to_payment()
    claire.pay()
    claire.sees_booked()


def test_the_bank_asks_to_confirm(page: Page, visitor: Opened) -> None:
    claire = visitor(page)
    claire.open("/praticiens/edwige-meunier/")
    claire.take_first_time()
    claire.give_details()
    claire.go_to_payment()
    claire.pay("4000 0025 0000 3155")
    claire.press("Confirmer le paiement")
    claire.sees_booked()


def test_somebody_else_takes_the_time_meanwhile(open_browser: Callable[..., Page], visitor: Opened) -> None:
    claire, other = visitor(open_browser()), visitor(open_browser())
    other.first_name, other.email = "Nadia", "nadia@exemple.fr"
    for person in (claire, other):
        person.open("/praticiens/edwige-meunier/")
    hour = other.take_first_time()
    claire.page.locator("button.slot").first.click()
    claire.sees_title("Cet horaire vient d’être pris.")
    nearest = claire.page.locator("button.slot")
    expect(nearest).to_have_count(3)
    nearest.first.click()
    claire.give_details()

    # Her own hold lapses while she reads, and is taken: what she typed is kept for the next time.
    lost = Appointment.objects.get(contact_email=claire.email)
    Appointment.objects.filter(pk=lost.pk).update(hold_expires_at=clock.now() - dt.timedelta(minutes=1))
    other.open("/praticiens/edwige-meunier/")
    other.page.locator(f'button.slot:visible[value^="{lost.starts_at:%Y-%m-%dT%H:%M}"]').first.click()
    expect(other.page).to_have_url(re.compile("/coordonnees/$"))
    claire.accept_everything()
    claire.press(re.compile("^Réserver et payer"))
    claire.sees_title("Cet horaire n’était plus gardé pour vous et vient d’être pris.")
    expect(claire.page.get_by_role("main")).to_contain_text(f"Claire, {claire.email}")
    claire.page.locator("button.slot").first.click()
    expect(claire.field("E-mail")).to_have_value(claire.email)
    assert hour
    assert not Payment.objects.filter(appointment__contact_email=claire.email).exists()
