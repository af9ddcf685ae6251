"""From « Devenir praticien » to the first booking: a file filled in on two devices, an item refused and corrected, a page, a client."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from booking.models import Appointment, OpeningRule
from practitioners.models import ApplicationItem, Practitioner, ProfilePage
from tests.journeys.mailbox import mail_to
from tests.journeys.staff import Staff
from tests.journeys.visitor import Visitor
from tests.plugins.browser import PHONE
from tests.practitioners.papers import pdf, photograph

EMAIL, PASSWORD = "lena@kervella.example", "Un-carnet-de-Quimper-26"
DECLARED = {
    "photo": "Portrait de face", "certificate": "École du Ponant, certificat de sophrologue, 2021", "insurance": "Mutuelle des Arts, contrat 88-1204",
    "legal_form": "Entreprise individuelle", "siret": "552 100 554 00013", "mediator": "Médiation du Ponant, 4 rue du Port, Quimper",
    "prices": "Séance d’une heure : 60 €",
}  # fmt: skip


@pytest.fixture
def papers(tmp_path: Path) -> tuple[Path, Path]:
    document, portrait = tmp_path / "document.pdf", tmp_path / "portrait.jpg"
    document.write_bytes(pdf())
    portrait.write_bytes(photograph(size=(800, 800)))
    return document, portrait


class Applicant(Visitor):
    def opens_a_file(self) -> None:
        self.open("/")
        self.follow("Devenir praticien")
        for label, value in (
            ("Prénom", "Léna"), ("Nom", "Kervella"), ("E-mail professionnel", EMAIL), ("Téléphone", "06 12 34 56 78"),
            ("Numéro et voie", "3 quai de l’Odet"), ("Code postal", "2900"), ("Commune", "Quimper"),
        ):  # fmt: skip
            self.field(label).fill(value)
        self.page.get_by_label("Sophrologie", exact=True).check()
        self.page.get_by_label("J’ai au moins 18 ans.").check()
        for box in self.page.get_by_label(re.compile("^J’ai lu et j’accepte")).all():
            box.check()
        # A digit lacks: it is said, and nothing typed is lost.
        self.press("Ouvrir mon dossier")
        expect(self.page.get_by_text("a cinq chiffres").first).to_be_visible()
        expect(self.field("Numéro et voie")).to_have_value("3 quai de l’Odet")
        self.field("Code postal").fill("29000")
        self.press("Ouvrir mon dossier")
        self.sees_title("Regardez votre boîte aux lettres")

    def chooses_a_password(self) -> None:
        written = mail_to(EMAIL, "choisissez votre mot de passe")
        link = re.search(r"https?://[^/\s]+(/compte/mot-de-passe/nouveau/\S+)", str(written.body))
        assert link
        self.open(link[1])
        for field in self.page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        self.page.locator("main form button:not([form])").first.click()
        expect(self.page.locator("input[type=password]")).to_have_count(0)

    def signs_in(self, *, secret: str = "") -> str:
        """With the second factor, enrolled at the first time; its secret."""
        self.open("/espace-praticien/dossier/")
        self.field("E-mail").fill(EMAIL)
        self.field("Mot de passe").fill(PASSWORD)
        self.page.locator("main form button:not([form])").first.click()
        expect(self.page).to_have_url(re.compile("/compte/securite/"))
        if not secret:
            secret = self.page.locator("main img[src^='data:image']").first.get_attribute("alt") or ""
        self.page.locator("input[name=code]").fill(_code(secret))
        self.page.locator("main form button:not([form])").first.click()
        return secret

    def gives(self, item: ApplicationItem, papers: tuple[Path, Path]) -> None:
        self.open(f"/espace-praticien/dossier/{item.pk}/")
        self.page.locator("[name=value]").fill(DECLARED[item.kind])
        self.page.locator("[name=document]").set_input_files(papers[item.kind == "photo"])
        self.press("Enregistrer")
        expect(self.page).to_have_url(re.compile("/espace-praticien/dossier/$"))


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def decide(page: Page, item: ApplicationItem, decision: str, **words: str) -> None:
    prefix = f"item{item.pk}"
    page.locator(f"[name={prefix}-decision]").select_option(decision)
    for name, value in words.items():
        page.locator(f"[name={prefix}-{name}]").fill(value)
    page.locator("form").filter(has=page.locator(f"[name={prefix}-decision]")).get_by_role("button").click()
    expect(page.locator(f"[name={prefix}-decision]")).to_have_count(0)


def test_from_applying_to_the_first_booking(
    open_browser: Callable[..., Page], site: str, papers: tuple[Path, Path]
) -> None:
    phone, desk = Applicant(open_browser(**PHONE), site), Staff(open_browser(), site)
    phone.opens_a_file()
    phone.chooses_a_password()
    secret = phone.signs_in()
    phone.open("/espace-praticien/dossier/")
    lena = Practitioner.objects.get(professional_email=EMAIL)
    items = list(lena.items.order_by("pk"))
    for item in items[:2]:
        phone.gives(item, papers)

    # Another device finds what was given, and goes on.
    laptop = Applicant(open_browser(), site)
    page = laptop.page
    page.context.add_cookies(phone.page.context.cookies())
    laptop.open("/espace-praticien/dossier/")
    expect(page.locator(".status-checking")).to_have_count(2)
    laptop.press("Remettre mon dossier")
    expect(page.get_by_text("Le dossier n’est pas complet").first).to_be_visible()
    for item in items[2:]:
        laptop.gives(item, papers)
    laptop.press("Remettre mon dossier")
    lena.refresh_from_db()
    assert lena.status == "submitted"
    assert secret

    # The desk accepts all but one, and says why.
    desk.sign_in("verification", to="/cms/dossiers/")
    desk.open(f"/cms/verification/{lena.pk}/")
    desk.say_why()
    for item in items:
        if item.kind == "certificate":
            decide(desk.page, item, "refuse", reason="Le nombre d’heures manque : joignez l’attestation de l’école.")
        else:
            until = {"valid_until": "2099-12-31"} if item.kind == "insurance" else {}
            decide(desk.page, item, "accept", evidence="Document lisible, au nom déclaré", **until)
    mail_to(EMAIL, "")

    # What is to be done is read, and done.
    laptop.open("/espace-praticien/")
    expect(page.get_by_text("joignez l’attestation de l’école").first).to_be_visible()
    certificate = next(item for item in items if item.kind == "certificate")
    laptop.gives(certificate, papers)
    laptop.open("/espace-praticien/dossier/")
    page.get_by_label("Votre message").fill("L’attestation est jointe, page 2.")
    laptop.press("Envoyer")
    desk.open(f"/cms/verification/{lena.pk}/")
    expect(desk.page.get_by_text("L’attestation est jointe, page 2.")).to_be_visible()
    decide(desk.page, certificate, "accept", evidence="Attestation de 240 heures")
    desk.press("Référencer maintenant")
    expect(desk.page.get_by_text("le praticien reçoit un e-mail")).to_be_visible()
    mail_to(EMAIL, "Votre page est publique")

    # First steps: who one is, a session, the hours; then a client books.
    laptop.open("/espace-praticien/")
    expect(page.get_by_role("heading", name="Vos premiers pas")).to_be_visible()
    laptop.follow("Dites qui vous êtes")
    own = ProfilePage.objects.get(practitioner=lena)
    expect(page).to_have_url(re.compile(rf"/cms/pages/{own.pk}/edit/"))
    page.locator("[name=headline]").fill("Retrouver son souffle, face à la mer")
    laptop.press("Publier")
    expect(page.get_by_text(re.compile("publiée")).first).to_be_visible()
    laptop.open("/espace-praticien/")
    laptop.follow("Proposez une séance")
    laptop.follow("Ajouter une séance")
    page.locator("[name=name]").fill("Première séance")
    page.locator("[name=mode]").select_option("visio")
    page.locator("[name=duration_minutes]").fill("60")
    page.locator("[name=price_cents]").fill("60")
    page.locator("[name=payment][value=none]").check()
    page.locator("[name=bookable]").check()
    laptop.press("Enregistrer")
    expect(page.get_by_role("link", name="Première séance", exact=True)).to_be_visible()
    for weekday in range(7):
        OpeningRule.objects.create(practitioner=lena, weekday=weekday, start="08:00", end="20:00", modes=["visio"])
    claire = Visitor(open_browser(**PHONE), site)
    claire.open(f"/praticiens/{lena.slug}/")
    expect(claire.page.get_by_text("Retrouver son souffle, face à la mer").first).to_be_visible()
    claire.take_first_time()
    expect(claire.page).to_have_url(re.compile(r"/coordonnees/$"))
    assert Appointment.objects.filter(practitioner=lena, status="held").exists()
