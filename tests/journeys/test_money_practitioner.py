"""The practitioner's money: a refund shown before it is made, a dispute answered in time, a deposit that must be worth its fee."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from booking.models import Dispute, DisputeAnswer, Refund
from demo.stripe.server import StandIn
from practitioners.models import Service
from tests.journeys.mailbox import mail_to
from tests.journeys.money import own, paid_by, reach, settled
from tests.journeys.test_accessibility import enter
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE

CLIENT = "client@demo.example"


def test_a_part_is_given_back_and_the_client_finds_it(open_browser: Callable[..., Page], site: str) -> None:
    payment = paid_by(CLIENT)
    appointment = payment.appointment
    edwige, client = Visitor(open_browser(), site), Visitor(open_browser(**PHONE), site)
    enter(edwige.page, site, "practitioner")
    edwige.open(f"/espace-praticien/rendez-vous/{appointment.reference}/")
    edwige.follow("Rembourser le client")

    # Too much is refused with what may be given back; the consequence follows what is typed, and nothing moves meanwhile.
    amount, consequence = edwige.page.locator("#id_montant"), edwige.page.locator("#consequence")
    amount.fill("900")
    expect(consequence).to_contain_text("Écrivez un montant entre 0,01")
    amount.fill("10")
    expect(consequence.get_by_role("button")).to_have_text(re.compile(r"^Rembourser 10,00\s€$"))
    kept = payment.amount_cents - payment.fee_cents - 1000
    expect(consequence).to_contain_text(re.compile(rf"{kept // 100},{kept % 100:02d}\s€"))
    assert not Refund.objects.filter(payment=payment).exists()
    consequence.get_by_role("button").click()

    expect(edwige.page.get_by_text(re.compile(r"^10,00\s€ sont en route vers le client"))).to_be_visible()
    expect(edwige.page.locator(".money-steps")).to_contain_text(re.compile(r"−10,00\s€"))
    assert Refund.objects.get(payment=payment).amount_cents == 1000
    assert "10,00" in mail_to(CLIENT, "emboursement").body

    enter(client.page, site, "client")
    client.open("/compte/paiements/")
    mine = client.page.locator(".paid-item").filter(has=client.page.locator(f"a[href$='/{appointment.reference}/']"))
    expect(mine).to_contain_text(re.compile(r"Remboursé le .*−10,00\s€", re.DOTALL))
    net = payment.amount_cents - 1000
    expect(mine.locator(".recap-total")).to_contain_text(re.compile(rf"{net // 100},{net % 100:02d}\s€"))


def test_a_dispute_is_answered_before_its_deadline(
    open_browser: Callable[..., Page], site: str, stripe_standin: StandIn
) -> None:
    payment = paid_by(CLIENT)
    stripe_standin.control.open_dispute(payment.payment_intent, reason="product_not_received")
    dispute = settled(lambda: Dispute.objects.get(payment=payment))
    edwige = Visitor(open_browser(**PHONE), site)
    enter(edwige.page, site, "practitioner")

    # Told on the first page of the office, with the deadline on the page of the dispute.
    edwige.open("/espace-praticien/")
    edwige.follow(re.compile("Litige|litige"))
    edwige.open(f"/espace-praticien/paiements/litiges/{dispute.pk}/")
    expect(edwige.page.get_by_text(re.compile("^Répondez avant le "))).to_be_visible()
    pieces = edwige.page.locator("[name=pieces]")
    assert all(box.is_checked() for box in pieces.all())
    left_out = pieces.last
    left_out.uncheck()
    edwige.page.locator("[name=words]").fill("La séance a eu lieu, la cliente est repartie à 15:00.")
    edwige.press("Garder en brouillon")
    expect(edwige.page.get_by_text("Votre brouillon est gardé.")).to_be_visible()
    expect(edwige.page.locator("[name=words]")).to_have_value(re.compile("repartie à 15:00"))
    expect(left_out).not_to_be_checked()

    edwige.press("Envoyer cette réponse à la banque")
    expect(edwige.page.get_by_text(re.compile("^Votre réponse a été envoyée à la banque"))).to_be_visible()
    expect(edwige.page.get_by_role("button", name=re.compile("^Envoyer"))).to_have_count(0)
    sent = DisputeAnswer.objects.get(dispute=dispute)
    assert sent.state == DisputeAnswer.State.SENT
    assert dispute.evidence_due_by is not None
    assert sent.sent_at is not None
    assert sent.sent_at < dispute.evidence_due_by

    # The bank decides; the page says so.
    stripe_standin.control.decide_dispute(dispute.dispute_id, won=True)
    settled(lambda: Dispute.objects.get(pk=dispute.pk, status="won"))
    edwige.page.reload()
    expect(edwige.page.get_by_text(re.compile("La banque vous a donné raison"))).to_be_visible()


def test_a_deposit_is_worth_its_fee(open_browser: Callable[..., Page], site: str) -> None:
    service = own().services.filter(payment=Service.Payment.DEPOSIT, confirmation="instant").earliest("pk")
    edwige, reader = Visitor(open_browser(), site), Visitor(open_browser(**PHONE), site)
    enter(edwige.page, site, "practitioner")
    edwige.open(f"/espace-praticien/seances/{service.pk}/")
    edwige.page.locator("[name=payment][value=deposit]").check()
    edwige.page.locator("[name=deposit_cents]").fill("1")
    edwige.press("Enregistrer")
    expect(edwige.page).to_have_title(re.compile("^Erreur"))
    expect(edwige.page.get_by_text("L’avance doit dépasser les frais de service", exact=False).first).to_be_visible()
    edwige.page.locator("[name=deposit_cents]").fill("20")
    edwige.page.locator("[name=advance][value=arrhes]").check()
    edwige.press("Enregistrer")
    expect(edwige.page.get_by_text("La séance est enregistrée", exact=False)).to_be_visible()

    # Whoever books reads what is paid now and what remains, before any card.
    reader.open(f"/rendez-vous/avec/{own().slug}/horaires/?service={service.pk}")
    reader.take_last_time()
    reader.give_details()
    pays = reader.page.locator(".check-part").filter(has_text="Ce que vous payez")
    expect(pays).to_contain_text(re.compile(r"Arrhes, déduites du prix, à payer maintenant\s*20,00\s€"))
    left = service.price_cents - 2000
    expect(pays).to_contain_text(re.compile(rf"À payer sur place\s*{left // 100},{left % 100:02d}\s€"))
    expect(reader.page.get_by_role("button", name=re.compile(r"^Réserver et payer 20,00\s€"))).to_be_visible()


def test_the_keyboard_alone_refunds_and_answers_a_bank(page: Page, site: str, stripe_standin: StandIn) -> None:
    payment = paid_by(CLIENT)
    edwige = Visitor(page, site)
    enter(page, site, "practitioner")
    edwige.open(f"/espace-praticien/rendez-vous/{payment.appointment.reference}/rembourser/")
    reach(page, "#id_montant")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("5")
    expect(page.locator("#consequence").get_by_role("button")).to_have_text(re.compile(r"^Rembourser 5,00\s€$"))
    reach(page, "#consequence button")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^5,00\s€ sont en route vers le client"))).to_be_visible()

    stripe_standin.control.open_dispute(payment.payment_intent, reason="general")
    dispute = settled(lambda: Dispute.objects.get(payment=payment))
    edwige.open(f"/espace-praticien/paiements/litiges/{dispute.pk}/")
    reach(page, "[name=pieces]")
    page.keyboard.press("Space")
    expect(page.locator("[name=pieces]").first).not_to_be_checked()
    reach(page, ".evidence-piece summary")
    page.keyboard.press("Enter")
    expect(page.locator(".evidence-text").first).to_be_visible()
    reach(page, "button[value=envoyer]")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^Votre réponse a été envoyée à la banque"))).to_be_visible()
