"""The client's money: paid after an interruption on another device, found again with its receipt and invoice, renounced by law."""

import datetime as dt
import re
from collections.abc import Callable

import time_machine
from django.db.models import QuerySet
from playwright.sync_api import Page, expect

from booking.models import Appointment, Invoice, Payment, Withdrawal
from tests.journeys.mailbox import mail_to
from tests.journeys.money import paid_by, reach
from tests.journeys.test_accessibility import enter
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

CLIENT = "client@demo.example"


def starts_with_pdf(visitor: Visitor, address: str | None) -> bool:
    assert address
    answer = visitor.page.request.get(visitor.site + address)
    return answer.ok and answer.body().startswith(b"%PDF")


def test_a_payment_begun_here_ends_on_another_device(open_browser: Callable[..., Page], site: str) -> None:
    desk, phone = Visitor(open_browser(), site), Visitor(open_browser(**PHONE), site)
    desk.open("/praticiens/edwige-meunier/")
    desk.take_first_time()
    desk.give_details()
    desk.go_to_payment()
    # The card is in another room: back from Stripe's page, nothing was charged, and the way to go on elsewhere is there.
    desk.page.go_back()
    desk.page.reload()
    desk.page.get_by_text("Payer sur un autre appareil").click()
    elsewhere = desk.page.locator(".pay-elsewhere a").get_attribute("href")
    assert elsewhere
    reference = elsewhere.split("/rendez-vous/")[1].split("/")[0]

    phone.page.goto(elsewhere)
    phone.sees_title("Terminer le paiement")
    booked = Appointment.objects.get(reference=reference)
    euros = f"{booked.advance_cents // 100},{booked.advance_cents % 100:02d}"
    phone.press(re.compile(rf"^Payer {euros}\s€"))
    phone.pay()
    expect(phone.page).to_have_url(re.compile(rf"/rendez-vous/{reference}/"))
    phone.sees_title("C’est réservé")
    assert Payment.objects.filter(appointment=booked, status=Payment.Status.PAID).count() == 1
    # The first browser knows too, and cannot pay twice.
    desk.open(f"/rendez-vous/{reference}/verifier/")
    expect(desk.page).to_have_url(re.compile(rf"/rendez-vous/{reference}/"))
    expect(desk.page.get_by_role("button", name=re.compile("^Réserver et payer"))).to_have_count(0)

    phone.open("/compte/paiements/")
    phone.sign_in_by_code()
    paid = phone.page.locator(".paid-item").filter(has=phone.page.locator(f"a[href$='/{reference}/']"))
    expect(paid).to_contain_text(re.compile(rf"{euros}\s€"))
    assert starts_with_pdf(phone, paid.locator("a[href$='.pdf']").get_attribute("href"))

    # Once the session took place, its practitioner issues the invoice: the client finds it beside the receipt.
    with time_machine.travel(booked.ends_at + dt.timedelta(hours=1)):
        edwige = Visitor(open_browser(), site)
        enter(edwige.page, site, "practitioner")
        edwige.open(f"/espace-praticien/rendez-vous/{reference}/")
        edwige.press("Oui")
        edwige.press("Émettre la facture")
        invoice = Invoice.objects.get(appointment=booked)
        phone.open("/compte/factures/")
        row = phone.page.get_by_role("row").filter(has_text=invoice.number)
        expect(row).to_contain_text(f"{booked.price_cents // 100},{booked.price_cents % 100:02d}")
        assert starts_with_pdf(phone, row.get_by_role("link").get_attribute("href"))


def renounced(visitor: Visitor, own: QuerySet[Withdrawal]) -> Withdrawal:
    """The receipt is on the page; the declaration behind it, the only one of `own`."""
    visitor.sees_title("Accusé de réception de votre rétractation")
    row = own.get()
    expect(visitor.page.get_by_text(row.reference).first).to_be_visible()
    return row


def test_a_contract_is_renounced_to_the_durable_receipt(open_browser: Callable[..., Page], site: str) -> None:
    payment = paid_by(CLIENT)
    reference = payment.appointment.reference
    client = Visitor(open_browser(**PHONE), site)
    enter(client.page, site, "client")
    client.open("/compte/paiements/")
    client.follow("Renoncer au contrat ici")
    client.page.locator(f"a[href*='contrat={reference}']").click()
    expect(client.page.get_by_label(re.compile("Le contrat"))).to_have_value(reference)
    client.press("Continuer")

    # What it brings about stands before the only button that declares anything.
    client.sees_title("Confirmer la rétractation")
    euros = f"{payment.amount_cents // 100},{payment.amount_cents % 100:02d}"
    expect(client.page.locator("#effet").locator("xpath=..")).to_contain_text(re.compile(rf"Remboursé\s*{euros}\s€"))
    own = Withdrawal.objects.filter(appointment=payment.appointment)
    assert not own.exists()
    client.press("Confirmer la rétractation")

    row = renounced(client, own)
    assert starts_with_pdf(client, client.page.get_by_role("link", name="Accusé").get_attribute("href"))
    assert row.refund_cents == payment.amount_cents
    assert any(name.endswith(".pdf") for name, _content, _kind in mail_to(CLIENT, "tractation").attachments)
    # The address of the receipt opens it again, also in a browser that knows nobody.
    reader = Visitor(open_browser(), site)
    reader.page.goto(client.page.url)
    expect(reader.page.get_by_text(row.reference).first).to_be_visible()


def test_anybody_renounces_without_scripts_and_with_the_keyboard_alone(without_scripts: Page, site: str) -> None:
    """Even a contract that nobody finds at once is declared and receipted."""
    somebody = Visitor(without_scripts, site)
    somebody.open("/")
    reach(without_scripts, "footer a[href='/retractation/']")
    without_scripts.keyboard.press("Enter")
    somebody.sees_title("Renoncer au contrat ici")
    reach(without_scripts, "#id_name")
    without_scripts.keyboard.type("Claire Fontanel")
    without_scripts.keyboard.press("Tab")
    without_scripts.keyboard.type("claire.fontanel@exemple.fr")
    without_scripts.keyboard.press("Tab")
    without_scripts.keyboard.type("La séance de yoga de mardi")
    without_scripts.keyboard.press("Enter")
    somebody.sees_title("Confirmer la rétractation")
    reach(without_scripts, "main form .btn-danger")
    without_scripts.keyboard.press("Enter")
    row = renounced(somebody, Withdrawal.objects.filter(words__email="claire.fontanel@exemple.fr"))
    assert (row.standing, row.words.contract) == ("unknown", "La séance de yoga de mardi")
    mail_to("claire.fontanel@exemple.fr", "tractation")
