"""Version 3 of the terms in French and English: one writes, another reviews, a third publishes; the client compares, accepts and
verifies the receipt."""

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from playwright.sync_api import Page, expect

from common import clock
from legal import verifier
from legal.actions import anchors
from legal.models import AcceptanceDetail, DailyAnchor, LegalDocument, LegalVersion
from tests.journeys.mailbox import mail_to
from tests.journeys.staff import Staff

NEW = "Nous prévenons deux mois à l’avance de la fin d’un service, selon l’{article changements}."
IN_ENGLISH = "We give two months’ notice of the end of a service, under {article changements}."


def test_from_the_draft_to_the_verified_receipt(open_browser: Callable[..., Page], site: str, tmp_path: Path) -> None:
    antoine, helene, clemence, camille = (Staff(open_browser(), site) for _ in range(4))
    terms = LegalDocument.objects.get(kind="cgu", owner=None)
    draft = written_by(antoine, terms)
    reviewed_by(helene, antoine, terms, draft)
    published = published_by(clemence, terms, draft)
    assert {published.author, published.reviewer, published.approver}.isdisjoint({None})
    assert len({published.author_id, published.reviewer_id, published.approver_id}) == 3
    mail_to("client@demo.example", "Conditions générales d’utilisation")
    sequence = accepted_by(camille, published)
    verified_by(camille, sequence, tmp_path)
    proof = io.StringIO()
    call_command("verify_acceptances", stdout=proof)
    assert "anchors hold" in proof.getvalue()


def written_by(antoine: Staff, terms: LegalDocument) -> LegalVersion:
    """One article changes, with its reason and a reference to another; the English follows."""
    antoine.sign_in("legal2", to="/cms/documents-legaux/")
    antoine.follow(re.compile("^Conditions générales d’utilisation"))
    antoine.press("Préparer une nouvelle version")
    write, body = (
        antoine.page.get_by_role("link", name="Rédiger"),
        antoine.page.locator("[name='articles-0-value-body']"),
    )
    expect(write.or_(body).first).to_be_attached()
    if write.count():
        write.first.click()
    draft = terms.versions.get(status="draft")
    expect(antoine.page).to_have_url(re.compile(rf"/versions/{draft.pk}/"))
    first = antoine.page.locator(".desk-articles [data-streamfield-child]").first
    expect(first.locator("[data-panel-toggle]").first).to_be_visible()
    if not body.is_visible():
        first.locator("[data-panel-toggle]").first.click()
    body.fill(f"{draft.articles[0]['body']}\n\n{NEW}")
    antoine.page.locator("textarea[name='articles-0-value-why']").fill("Demandé par les clients.")
    antoine.page.get_by_label("Ce qui change, en mots simples").fill(
        "La fin d’un service est annoncée deux mois avant."
    )
    antoine.press("Enregistrer et voir les différences")
    expect(antoine.page.locator("ins:visible").filter(has_text="deux mois").first).to_be_visible()
    expect(antoine.page.locator("ins:visible").filter(has_text=re.compile(r"article\s\d+")).first).to_be_visible()
    expect(antoine.page.get_by_role("heading", name=re.compile("1 article modifié"))).to_be_visible()

    # The translation is behind: nothing is handed over before it says the same.
    antoine.open(f"/cms/documents-legaux/{terms.pk}/")
    antoine.press("Transmettre pour relecture")
    expect(antoine.page.get_by_text("le texte français a changé depuis")).to_be_visible()
    antoine.follow("Traduire")
    english = antoine.page.locator(f"textarea[name='body:{draft.articles[0]['key']}']")
    english.fill(f"{english.input_value()}\n\n{IN_ENGLISH}")
    antoine.page.get_by_label("Ce qui change, en mots simples").fill(
        "The end of a service is announced two months before."
    )
    antoine.press("Enregistrer la traduction")
    antoine.open(f"/cms/documents-legaux/{terms.pk}/")
    antoine.press("Transmettre pour relecture")
    expect(antoine.page.get_by_text("quelqu’un d’autre doit la relire")).to_be_visible()
    antoine.open(f"/cms/documents-legaux/versions/{draft.pk}/publier/")
    expect(antoine.page).to_have_url(f"{antoine.site}/cms/")
    return draft


def reviewed_by(helene: Staff, antoine: Staff, terms: LegalDocument, draft: LegalVersion) -> None:
    """A remark holds the approval until it is answered and closed."""
    place = draft.articles[0]["key"]
    helene.sign_in("legal", to=f"/cms/documents-legaux/versions/{draft.pk}/relire/")
    section = helene.page.locator(f"section#{place}")
    section.locator("summary").click()
    section.get_by_label("Remarque").fill("Deux mois, est-ce assez ?")
    section.get_by_role("button", name="Ajouter").click()
    expect(helene.page.get_by_text("1 remarque est ouverte.")).to_be_visible()
    helene.press("Approuver ce texte")
    expect(helene.page.get_by_text("1 remarque est encore ouverte")).to_be_visible()
    antoine.open(f"/cms/documents-legaux/versions/{draft.pk}/relire/")
    antoine.press("Clore cette remarque")
    helene.open(f"/cms/documents-legaux/versions/{draft.pk}/relire/")
    helene.press("Approuver ce texte")
    expect(helene.page.get_by_text("Vous avez écrit ou relu cette version")).to_be_visible()


def published_by(clemence: Staff, terms: LegalDocument, draft: LegalVersion) -> LegalVersion:
    clemence.sign_in("legal3", to=f"/cms/documents-legaux/{terms.pk}/")
    clemence.follow("Publier…")
    clemence.page.locator(f"[name=mode][value={LegalVersion.Mode.ACCEPT}]").check()
    clemence.press("Publier définitivement")
    expect(clemence.page.get_by_text(f"La version {draft.number}", exact=False).first).to_be_visible()
    clemence.open(f"/documents/cgu/versions/{draft.number}/en/")
    expect(clemence.page.get_by_text("two months’ notice")).to_be_visible()
    expect(clemence.page.get_by_text("la version française prévaut").first).to_be_visible()
    published = terms.versions.get(number=draft.number)
    assert published.status == LegalVersion.Status.PUBLISHED
    return published


def accepted_by(camille: Staff, published: LegalVersion) -> int:
    """Asked again, shown what changed; nothing is ticked for her."""
    camille.open("/compte/")
    camille.field("E-mail").fill("client@demo.example")
    camille.field("Mot de passe").fill("Un-carnet-en-papier-26")
    camille.page.locator("main form button:not([form])").first.click()
    camille.follow("Voir ce qui change et répondre")
    camille.sees_title("Voici ce qui a changé depuis votre acceptation")
    expect(camille.page.locator("ins:visible").filter(has_text="deux mois").first).to_be_visible()
    expect(camille.page.get_by_role("checkbox")).not_to_be_checked()
    camille.press("Accepter cette version")
    expect(camille.page).to_have_title(re.compile("^Erreur"))
    camille.page.get_by_role("checkbox").check()
    camille.press("Accepter cette version")
    camille.open("/compte/")
    expect(camille.page.get_by_role("link", name="Voir ce qui change et répondre")).to_have_count(0)
    detail = AcceptanceDetail.objects.get(user__email="client@demo.example", acceptance__version=published)
    return detail.acceptance.sequence


def verified_by(camille: Staff, sequence: int, folder: Path) -> None:
    """The night passes, the day is anchored; she downloads all of it and runs the published program."""
    last = DailyAnchor.objects.order_by("day").last()
    assert last is not None
    anchors.anchor_yesterday(now=clock.now() + dt.timedelta(days=1))
    camille.follow("Ce qui s’applique à moi")
    camille.sees_title("Ce qui s’applique à moi")
    receipt = saved(camille, f"a[href='/documents/recu/{sequence}/']", folder / "recu.json")
    assert saved(camille, f"a[href='/documents/recu/{sequence}/pdf/']", folder / "recu.pdf").read_bytes()[:4] == b"%PDF"
    camille.follow("Comment vérifier un reçu")
    camille.sees_title("Registre des ancres")
    program = saved(camille, "a[href$='verifier_un_recu.py']", folder / "verifier_un_recu.py")
    assert program.read_bytes() == verifier.source()
    published = folder / "ancres.json"
    published.write_bytes(camille.page.request.get(f"{camille.site}/documents/registre/ancres.json").body())
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(receipt), "--ancres", str(published)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NE TIENT PAS" not in done.stdout
    assert "l'ancre publiée" in done.stdout


def saved(visitor: Staff, selector: str, path: Path) -> Path:
    with visitor.page.expect_download() as waiting:
        visitor.page.locator(selector).first.click()
    waiting.value.save_as(path)
    return path
