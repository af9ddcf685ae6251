"""A new version of the terms: written by one, published by another, and the client who accepted the old one is asked again."""

import io
import re
from collections.abc import Callable

from django.core.management import call_command
from playwright.sync_api import Page, expect

from legal.models import AcceptanceDetail, LegalDocument, LegalVersion
from tests.journeys.mailbox import mail_to
from tests.journeys.staff import Staff

NEW = "Nous prévenons deux mois à l’avance de la fin d’un service."


def test_from_the_draft_to_the_new_acceptance(open_browser: Callable[..., Page], site: str) -> None:
    antoine, helene, camille = (Staff(open_browser(), site) for _ in range(3))
    terms = LegalDocument.objects.get(kind="cgu", owner=None)
    antoine.sign_in("legal2", to="/cms/documents-legaux/")
    antoine.follow(re.compile("^Conditions générales d’utilisation"))
    antoine.press("Préparer une nouvelle version")
    if antoine.page.get_by_role("link", name="Rédiger").count():
        antoine.follow("Rédiger")
    draft = terms.versions.get(status="draft")
    expect(antoine.page).to_have_url(re.compile(rf"/versions/{draft.pk}/"))

    # One article changes, with its reason; the differences show exactly that.
    first = antoine.page.locator(".desk-articles [data-streamfield-child]").first
    body = antoine.page.locator("textarea[name='articles-0-value-body']")
    if not body.is_visible():
        first.locator("[data-panel-toggle]").first.click()
    body.fill(f"{draft.articles[0]['body']}\n\n{NEW}")
    antoine.page.locator("textarea[name='articles-0-value-why']").fill("Demandé par les clients.")
    antoine.page.get_by_label("Ce qui change, en mots simples").fill(
        "La fin d’un service est annoncée deux mois avant."
    )
    antoine.press("Enregistrer et voir les différences")
    expect(antoine.page.locator("ins:visible").filter(has_text="deux mois").first).to_be_visible()
    expect(antoine.page.get_by_role("heading", name=re.compile("1 article modifié"))).to_be_visible()
    antoine.open(f"/cms/documents-legaux/{terms.pk}/")
    antoine.press("Transmettre pour relecture")
    # Whoever wrote cannot publish.
    expect(antoine.page.get_by_text("quelqu’un d’autre doit la publier")).to_be_visible()
    antoine.open(f"/cms/documents-legaux/versions/{draft.pk}/publier/")
    expect(antoine.page).to_have_url(f"{site}/cms/")

    helene.sign_in("legal", to=f"/cms/documents-legaux/{terms.pk}/")
    helene.follow("Publier…")
    helene.page.locator(f"[name=mode][value={LegalVersion.Mode.ACCEPT}]").check()
    helene.press("Publier définitivement")
    expect(helene.page.get_by_text(f"La version {draft.number}", exact=False).first).to_be_visible()
    published = terms.versions.get(number=draft.number)
    assert published.status == LegalVersion.Status.PUBLISHED
    assert published.effective_at is not None
    mail_to("client@demo.example", "Conditions générales d’utilisation")

    # The client who accepted an older one is asked again, and shown what changed.
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
    assert AcceptanceDetail.objects.filter(user__email="client@demo.example", acceptance__version=published).exists()
    proof = io.StringIO()
    call_command("verify_acceptances", stdout=proof)
    assert proof.getvalue()
