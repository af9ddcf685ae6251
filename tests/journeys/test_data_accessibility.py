"""The pages of personal data, each role's: axe finds nothing in light and in dark, nothing sticks out of a screen of 320 px."""

from collections.abc import Callable

from playwright.sync_api import Page

from legal.models import Breach, LegalDocument, ReportComplaint, RightsRequest
from practitioners.models import ContractEnd
from tests.journeys.test_accessibility import check_all, enter

PUBLIC = [
    "rendez-vous/avec/edwige-meunier/ecrire/",
    "moderation/rapport/",
    "cookies/",
    "lettre/",
    "contact/",
    "retractation/",
    "vos-droits/",
]
OWN = ["", "activite/appointments/", "copie/", "opposition/", "apres-ma-mort/", "fermer/"]
OFFICE = [
    "documents/", "demandes-de-droits/", "instructions-et-audits/", "prestataires/", "registre/", "quitter/", "audience/",
    "audience/?periode=30-jours", "partager/",
]  # fmt: skip


def test_whoever_comes_and_the_client(page: Page, site: str) -> None:
    check_all(page, site, [f"/{path}" for path in PUBLIC])
    enter(page, site, "client")
    mine = [f"/compte/donnees/{path}" for path in OWN]
    check_all(page, site, [*mine, "/compte/consentements/", "/compte/assistance/"])


def test_the_office(page: Page, site: str) -> None:
    enter(page, site, "practitioner")
    check_all(page, site, [f"/espace-praticien/{path}" for path in OFFICE])


def test_ends_of_contracts_complaints_and_audience(open_browser: Callable[..., Page], site: str) -> None:
    """Each by whom it is for."""
    ended, complaint = ContractEnd.objects.earliest("pk"), ReportComplaint.objects.earliest("pk")
    desks = {
        "verification": [f"verification/{ended.practitioner_id}/fin/"],
        "moderation": ["contestations/", f"contestation/{complaint.pk}/"],
        "operator": ["audience/", "audience/?periode=30-jours"],
    }
    for role, paths in desks.items():
        page = open_browser()
        enter(page, site, role)
        check_all(page, site, [f"/cms/{path}" for path in paths], inside=".nice-padding")


def test_the_desks_of_the_legal_team(page: Page, site: str) -> None:
    breach, request = Breach.objects.earliest("pk"), RightsRequest.objects.earliest("pk")
    document = LegalDocument.objects.filter(owner=None).latest("pk")
    enter(page, site, "legal")
    desk = [
        "", f"documents-legaux/{document.pk}/", "conservation/", "conservation/personnes/", "demandes-de-droits/", "demandes-de-droits/registre/",
        f"demandes-de-droits/{request.reference}/", "prestataires/", "violations/", f"violations/{breach.reference}/", "audits/",
        "messages-recus/",
    ]  # fmt: skip
    check_all(page, site, [f"/cms/{path}" for path in desk], inside=".nice-padding")
