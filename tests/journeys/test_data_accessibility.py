"""The pages of personal data, each role's: axe finds nothing in light and in dark, nothing sticks out of a screen of 320 px."""

from playwright.sync_api import Page

from legal.models import Breach, RightsRequest
from tests.journeys.test_accessibility import check_all, enter

PUBLIC = ["moderation/rapport/", "cookies/", "lettre/", "contact/", "retractation/", "vos-droits/"]
OWN = ["", "activite/appointments/", "copie/", "opposition/", "apres-ma-mort/", "fermer/"]
OFFICE = ["documents/", "demandes-de-droits/", "instructions-et-audits/", "prestataires/", "registre/"]


def test_whoever_comes_and_the_client(page: Page, site: str) -> None:
    check_all(page, site, [f"/{path}" for path in PUBLIC])
    enter(page, site, "client")
    mine = [f"/compte/donnees/{path}" for path in OWN]
    check_all(page, site, [*mine, "/compte/consentements/", "/compte/assistance/"])


def test_the_office(page: Page, site: str) -> None:
    enter(page, site, "practitioner")
    check_all(page, site, [f"/espace-praticien/{path}" for path in OFFICE])


def test_the_desks_of_the_legal_team(page: Page, site: str) -> None:
    breach, request = Breach.objects.earliest("pk"), RightsRequest.objects.earliest("pk")
    enter(page, site, "legal")
    desk = [
        "", "documents-legaux/2/", "conservation/", "conservation/personnes/", "demandes-de-droits/", "demandes-de-droits/registre/",
        f"demandes-de-droits/{request.reference}/", "prestataires/", "violations/", f"violations/{breach.reference}/", "audits/",
        "messages-recus/",
    ]  # fmt: skip
    check_all(page, site, [f"/cms/{path}" for path in desk], inside=".nice-padding")
