"""An optional service: read, agreed to, paid on Stripe's page; cancelled and kept again; withdrawn from on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from booking.models import ServiceSubscription, SubscriptionRefund
from tests.journeys.mailbox import mail_to
from tests.journeys.money import settled
from tests.journeys.test_accessibility import enter, problems_of
from tests.journeys.visitor import CARD, Visitor
from tests.plugins.browser import PHONE

WHO = "practitioner@demo.example"
LIST = "/espace-praticien/services-optionnels/"


def subscribe(who: Visitor) -> None:
    """Two presses on the site, then Stripe's page."""
    who.open(LIST)
    who.follow(re.compile("^Voir et choisir"))
    who.page.get_by_role("checkbox", name=re.compile("^Je m’abonne")).check()
    who.press(re.compile(r"^S’abonner et payer 48,00\s€ par an$"))
    expect(who.page).to_have_url(re.compile(r"/c/pay/"))
    who.page.get_by_label("Autre carte").check()
    who.page.get_by_label("Numéro de carte").fill(CARD)
    who.press(re.compile("^(S’abonner|Payer)"))
    expect(who.page).to_have_url(re.compile(r"/abonnements/\w+/"), timeout=15_000)


def test_subscribing_cancelling_and_keeping(open_browser: Callable[..., Page], site: str) -> None:
    claire = Visitor(open_browser(), site)
    enter(claire.page, site, "practitioner")
    claire.open(LIST)
    assert not problems_of(claire.page)
    claire.follow(re.compile("^Voir et choisir"))
    assert not problems_of(claire.page)

    # Without the box, nothing is agreed to.
    claire.press(re.compile("^S’abonner et payer"))
    expect(claire.page.get_by_role("heading", name=re.compile("erreur"))).to_be_visible()
    assert not ServiceSubscription.objects.filter(service__slug="relecture-de-la-fiche").exists()

    subscribe(claire)
    row = settled(lambda: ServiceSubscription.objects.get(service__slug="relecture-de-la-fiche", state="active"))
    expect(claire.page.get_by_text(re.compile(r"^Prochain paiement\s:\s48,00\s€ le "))).to_be_visible()
    assert row.version.terms[:60] in mail_to(WHO, "contrat à conserver").body
    assert not problems_of(claire.page)

    claire.follow("Résilier mon abonnement")
    claire.press("Confirmer la résiliation")
    expect(claire.page.locator("main").get_by_text("Résilié", exact=True)).to_be_visible()
    assert "s’arrête le" in mail_to(WHO, "s’arrête le").subject
    claire.press("Garder mon abonnement")
    expect(claire.page.locator("main").get_by_text("En cours", exact=True)).to_be_visible()
    payment = row.payments.get()
    assert payment.invoice is not None
    claire.follow(re.compile(rf"^Facture {payment.invoice.number}$"))
    claire.sees_title(f"Facture {payment.invoice.number}")


def test_withdrawing_on_a_phone(open_browser: Callable[..., Page], site: str) -> None:
    claire = Visitor(open_browser(**PHONE), site)
    enter(claire.page, site, "practitioner")
    subscribe(claire)
    settled(lambda: ServiceSubscription.objects.get(service__slug="relecture-de-la-fiche", state="active"))
    claire.page.locator("main").get_by_role("link", name="Renoncer au contrat ici").click()
    expect(claire.page.locator(".recap-total")).to_contain_text(re.compile(r"48,00\s€"))
    assert not problems_of(claire.page)
    claire.press("Confirmer la rétractation")
    expect(claire.page.locator("main").get_by_text("Terminé", exact=True)).to_be_visible()
    assert SubscriptionRefund.objects.get().amount_cents == 4800
    assert "reçu" in mail_to(WHO, "rétractation").body.lower()
