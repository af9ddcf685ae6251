"""Verification decides on a file, moderation on a report, each from its register."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from legal.models import Report
from practitioners.models import ApplicationItem, Practitioner
from tests.journeys.mailbox import mail_to
from tests.journeys.staff import Staff
from tests.journeys.test_keyboard import enter, go_to, write


def test_verification_decides_on_a_file(page: Page, open_browser: Callable[..., Page], site: str) -> None:
    maud, yann = Staff(page, site), Staff(open_browser(), site)
    applicant = Practitioner.objects.filter(status="submitted").earliest("pk")
    maud.sign_in("verification", to="/cms/dossiers/")
    maud.follow(applicant.full_name)
    maud.say_why()
    provided = applicant.items.filter(status=ApplicationItem.Status.PROVIDED)
    assert provided.exists()
    first = provided.earliest("pk")

    def decide(item: ApplicationItem, decision: str, **words: str) -> None:
        prefix = f"item{item.pk}"
        page.locator(f"[name={prefix}-decision]").select_option(decision)
        for name, value in words.items():
            page.locator(f"[name={prefix}-{name}]").fill(value)
        page.locator("form").filter(has=page.locator(f"[name={prefix}-decision]")).get_by_role("button").click()

    # Accepting needs what was seen; what was chosen stays.
    decide(first, "accept")
    expect(page.get_by_text("Rien n’a été enregistré")).to_be_visible()
    for number, item in enumerate(provided.order_by("pk")):
        if number == 0:
            decide(item, "refuse", reason="Le document est coupé : la date manque.")
        else:
            until = {"valid_until": "2099-12-31"} if item.kind == "insurance" else {}
            decide(item, "accept", evidence="Document original, lisible, au nom déclaré", **until)
        item.refresh_from_db()
    first.refresh_from_db()
    assert first.status == ApplicationItem.Status.REFUSED
    assert first.checked_by.email == "verification@demo.example"
    mail_to(applicant.professional_email, "")

    # Not everything is checked: it cannot be listed; the refusal says why.
    page.get_by_role("button", name="Référencer maintenant").click()
    applicant.refresh_from_db()
    assert applicant.status == "submitted"
    page.locator("[name=refuser-reason]").fill("Une pièce manque malgré nos deux demandes.")
    maud.press("Proposer le refus")
    expect(page.get_by_text("il part dès que quelqu’un d’autre")).to_be_visible()
    expect(page.get_by_role("button", name="Refuser et envoyer le motif")).to_have_count(0)

    # Nothing left yet: a colleague finds it on the first page, reads the reason, and agrees.
    yann.sign_in("verification2")
    yann.follow(applicant.full_name)
    yann.say_why()
    expect(yann.page.get_by_text("Une pièce manque malgré nos deux demandes.").first).to_be_visible()
    yann.press("Refuser et envoyer le motif")
    expect(yann.page.get_by_text("le praticien reçoit un e-mail")).to_be_visible()
    applicant.refresh_from_db()
    assert applicant.status == "refused"


def test_moderation_decides_on_a_report(page: Page, site: str) -> None:
    karim = Staff(page, site)
    report = Report.objects.filter(decided_at=None).earliest("pk")
    karim.sign_in("moderation", to="/cms/signalements/")
    karim.open(f"/cms/signalement/{report.pk}/")
    karim.say_why()
    decision, take = (
        page.locator("[name=decision][value=keep]"),
        page.get_by_role("button", name="Le prendre en charge"),
    )
    expect(decision.or_(take).first).to_be_visible()
    if take.count():
        take.click()
    decision.check()
    karim.press("Décider et informer les deux parties")
    expect(page.locator(".error-message").first).to_be_visible()
    page.get_by_label("Règle").fill("Règles des avis, version 2, article 4")
    page.get_by_label("Motif").fill("Le texte décrit une expérience, sans injure ni donnée personnelle.")
    karim.press("Décider et informer les deux parties")
    expect(page.get_by_text("Les deux parties reçoivent les motifs")).to_be_visible()
    report.refresh_from_db()
    assert report.decided_by.email == "moderation@demo.example"
    mail_to(report.reporter_email, "")


def test_a_visitor_reports_and_receives_a_number(page: Page, visitor: Callable[[Page], Staff]) -> None:
    claire = visitor(page)
    claire.open("/praticiens/edwige-meunier/")
    claire.follow(re.compile("^Signaler"))
    page.locator("[name=ground]").first.check()
    page.locator("[name=text]").fill("Ce texte promet un résultat.")
    page.locator("[name=email]").fill("quelquun@exemple.fr")
    page.locator("[name=honest]").check()
    page.locator("main form button").last.click()
    expect(page).to_have_url(re.compile("/signaler/recu/"))
    assert Report.objects.filter(reporter_email="quelquun@exemple.fr").exists()
    mail_to("quelquun@exemple.fr", "")


def test_verification_works_with_the_keyboard_alone(page: Page, site: str) -> None:
    """A file is found, opened, one item accepted, one refused with a saved reply, and the applicant is answered: Tab, Enter and letters."""
    maud = Staff(page, site)
    applicant = Practitioner.objects.filter(status="submitted").earliest("pk")
    maud.sign_in("verification")
    enter(page, page.get_by_role("link", name=applicant.full_name).first)
    expect(page).to_have_url(re.compile(rf"/cms/verification/{applicant.pk}/"))
    write(page, page.locator("[name=acces_motif]"), "Contrôle du dossier")
    enter(page, page.get_by_role("button", name="Enregistrer et ouvrir"))
    expect(page.locator("[name=acces_motif]")).to_have_count(0)

    first, second = applicant.items.filter(status=ApplicationItem.Status.PROVIDED).exclude(kind="insurance")[:2]
    write(page, page.locator(f"[name=item{first.pk}-evidence]"), "Portrait net, seul à l’image")
    page.keyboard.press("Enter")
    expect(page.locator(f"[name=item{first.pk}-evidence]")).to_have_count(0)
    first.refresh_from_db()
    assert first.status == ApplicationItem.Status.ACCEPTED

    # A list answers to its letters; the saved reply goes into the field under it, which takes the focus.
    go_to(page, page.locator(f"[name=item{second.pk}-decision]"))
    page.keyboard.type("Ref")
    expect(page.locator(f"[name=item{second.pk}-decision]")).to_have_value("refuse")
    reason = page.locator(f"[name=item{second.pk}-reason]")
    go_to(page, page.locator(f"[data-saved-replies=id_item{second.pk}-reason]"))
    page.keyboard.type("Certificat")
    expect(reason).to_have_value(re.compile("combien d’heures"))
    expect(reason).to_be_focused()
    enter(page, page.locator("form").filter(has=reason).get_by_role("button"))
    expect(reason).to_have_count(0)
    second.refresh_from_db()
    assert (second.status, second.checked_by.email) == ("refused", "verification@demo.example")

    write(
        page,
        page.locator("[name=ecrire-text]"),
        "Bonjour, une pièce est à reprendre : le motif est dans votre dossier.",
    )
    enter(page, page.locator("form").filter(has=page.locator("[name=ecrire-text]")).get_by_role("button"))
    expect(page.get_by_text("le motif est dans votre dossier").first).to_be_visible()
