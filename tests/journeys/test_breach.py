"""A breach is handled: opened, completed, those concerned found and told, the CNIL notified, closed."""

import re

from playwright.sync_api import Page, expect

from common.clock import now
from common.models import OutboxMessage
from legal.breaches import sending
from legal.models import Breach
from tests.journeys.staff import Staff


def test_the_legal_team_handles_a_breach(page: Page, site: str) -> None:
    lawyer = Staff(page, site)
    lawyer.sign_in("legal", to="/cms/violations/")
    lawyer.follow("Ouvrir une violation")
    page.locator("[name=title]").fill("Liste envoyée par erreur")
    page.locator("[name=facts]").fill("Une liste de rendez-vous a été envoyée à une autre adresse.")
    lawyer.press(re.compile(r"^\s*Ouvrir\s*$"))
    breach = Breach.objects.get(title="Liste envoyée par erreur")
    expect(page.get_by_text(re.compile("heures restantes"))).to_be_visible()

    lawyer.follow("Compléter les faits et le risque")
    page.locator("[name=natures][value=confidentiality]").check()
    page.locator("[name=categories]").fill("Noms\nDates de rendez-vous")
    page.locator("[name=consequences]").fill("Des personnes peuvent être reconnues.")
    page.locator("[name=measures]").fill("Le fichier a été effacé.")
    page.locator("[name=risk][value=high]").check()
    lawyer.press(re.compile(r"^\s*Enregistrer\s*$"))

    lawyer.follow("Trouver les personnes concernées")
    page.locator("[name=activities][value=appointments]").check()
    lawyer.press(re.compile(r"^\s*Compter\s*$"))
    expect(page.locator("#trouve")).to_contain_text("concernée")
    lawyer.press(re.compile("^Enregistrer ce"))
    people = breach.people.filter(is_person=True).count()
    assert people > 0
    assert breach.people.filter(clients__gt=0).exists()

    for reader in ("people", "practitioners"):
        page.locator(f"[name=to][value={reader}]").check()
        page.locator("form[action$='/messages/'] [name=words]").fill(
            "Méfiez-vous des messages qui citent ce rendez-vous."
        )
        lawyer.press(re.compile(r"^\s*Envoyer\s*$"))
    # Closing waits for the law: the CNIL, then the people.
    page.locator("[name=close-words]").fill("Deux personnes relisent chaque envoi.")
    lawyer.press(re.compile(r"^\s*Clore\s*$"))
    expect(page.get_by_text(re.compile("Notifiez la CNIL")).first).to_be_visible()
    page.locator("[name=reference]").fill("CNIL-2026-4711")
    lawyer.press(re.compile(r"^\s*Enregistrer la notification\s*$"))
    for _n in range(20):
        sending.keep(now=now())
        if not breach.messages.filter(finished_at=None).exists():
            break
    mails = OutboxMessage.objects.filter(about=f"breach:{breach.reference}")
    assert mails.filter(template="legal/breach_person").exists()
    assert mails.filter(template="legal/breach_practitioner").exists()
    page.reload()
    page.locator("[name=close-words]").fill("Deux personnes relisent chaque envoi.")
    lawyer.press(re.compile(r"^\s*Clore\s*$"))
    expect(page.get_by_text(re.compile("son registre ne change plus")).first).to_be_visible()
    breach.refresh_from_db()
    assert breach.closed_at is not None
    assert [event.what for event in breach.events.all()][-1] == "closed"
