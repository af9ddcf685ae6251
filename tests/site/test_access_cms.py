"""Wagtail's own addresses × roles: what each person of the team, and each owner of one page, may reach by URL."""

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.images import get_image_model
from wagtail.models import Page

from accounts.models import User
from accounts.roles import Role
from editorial import who_may
from editorial.models import HomePage, ThemePage
from legal.models import Report, ReportComplaint
from practitioners.models import Practitioner, ProfilePage, StructurePage
from tests.plugins.people import sign_in_fully

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_site")]

ROLES = ("client", "practitioner", "structure", "editor", "verification", "moderation", "legal", "operator")
# o: opens. h: sent home by Wagtail, with a message. x: 403.
TABLE = """
cli pra str edi ver mod leg ope
x   o   o   o   o   o   o   o    /cms/
x   x   x   h   h   h   h   h    /cms/pages/
x   o   x   h   h   h   h   h    {own}edit/
x   o   x   h   h   h   h   h    {own}view_draft/
x   o   x   h   h   h   h   h    {own}history/
x   x   x   h   h   h   h   h    {own}delete/
x   x   x   h   h   h   h   h    {own}unpublish/
x   x   x   h   h   h   h   h    {own}move/
x   x   x   h   h   h   h   h    {own}copy/
x   x   x   h   h   h   h   h    {other}edit/
x   x   x   h   h   h   h   h    {other}edit/preview/
x   x   x   h   h   h   h   h    {other}view_draft/
x   x   x   h   h   h   h   h    {other}history/
x   x   x   h   h   h   h   h    {other}delete/
x   x   x   h   h   h   h   h    {other}unpublish/
x   x   x   h   h   h   h   h    {other}move/
x   x   x   h   h   h   h   h    {other}copy/
x   x   x   h   h   h   h   h    {other}privacy/
x   x   o   h   h   h   h   h    {centre}edit/
x   x   x   h   h   h   h   h    {centre}delete/
x   x   x   h   h   h   h   h    {other_centre}edit/
x   x   x   o   h   h   h   h    {theme}edit/
x   x   x   o   h   h   h   h    {theme}view_draft/
x   x   x   o   h   h   h   h    {theme}unpublish/
x   x   x   o   h   h   h   h    {home}edit/
x   x   x   h   h   h   h   h    {home}delete/
x   x   x   h   h   h   h   h    /cms/pages/add/practitioners/profilepage/{profiles}/
x   x   x   o   h   h   h   h    /cms/pages/add/editorial/themepage/{themes}/
x   o   o   o   h   h   h   h    /cms/images/add/
x   o   h   o   h   h   h   h    /cms/images/{own_image}/
x   h   h   o   h   h   h   h    /cms/images/{other_image}/
x   x   x   o   h   h   h   h    /cms/documents/
x   x   x   h   h   h   h   h    /cms/users/
x   x   x   h   h   h   h   h    /cms/users/new/
x   x   x   h   h   h   h   h    /cms/groups/
x   x   x   h   h   h   h   h    /cms/collections/
x   x   x   h   h   h   h   h    /cms/sites/
x   x   x   h   h   h   h   h    /cms/redirects/
x   x   x   h   h   h   h   h    /cms/workflows/list/
x   x   x   h   h   h   h   h    /cms/snippets/
x   x   x   o   h   h   h   h    /cms/snippets/search/synonymgroup/
x   x   x   o   h   h   h   h    /cms/snippets/search/synonymgroup/add/
x   x   x   o   h   h   h   h    /cms/snippets/search/samplesearch/
x   x   x   o   h   h   h   h    /cms/reports/locked/
x   x   x   o   h   h   h   h    /cms/reports/workflow/
x   x   x   h   o   h   h   h    /cms/dossiers/
x   x   x   h   o   h   h   h    /cms/verification/{other_file}/
x   x   x   h   o   h   h   h    /cms/verification/{other_file}/fin/
x   x   x   h   o   h   h   h    /cms/verification/{other_file}/document/{other_item}/pages/
x   x   x   h   o   h   h   h    /cms/verification/{other_file}/document/{other_item}/pages/1/
x   x   x   h   h   h   h   o    /cms/praticiens/
x   x   x   h   h   o   h   h    /cms/signalements/
x   x   x   h   h   o   h   h    /cms/signalement/{report}/
x   x   x   h   h   o   h   h    /cms/contestations/
x   x   x   h   h   o   h   h    /cms/contestation/{complaint}/
x   x   x   h   h   h   o   h    /cms/acceptations/
x   x   x   h   h   h   o   h    /cms/acceptation/1/
x   x   x   h   h   h   o   h    /cms/documents-legaux/
x   x   x   h   h   h   o   h    /cms/documents-legaux/informations/
x   x   x   h   h   h   o   o    /cms/registre-des-traitements/
x   x   x   h   h   h   o   o    /cms/retractations/
x   x   x   h   h   h   o   o    /cms/regles-de-retractation/
x   x   x   h   h   h   o   h    /cms/regles-de-retractation/create/
x   x   x   h   h   h   h   o    /cms/messages/
x   x   x   h   h   h   h   o    /cms/messages/confirmed/client/
x   x   x   h   h   h   h   o    /cms/messages-envoyes/
x   x   x   h   h   h   h   o    /cms/declaration-plateformes/
x   x   x   h   h   h   h   o    /cms/audience/
x   x   x   h   h   h   h   o    /cms/chiffres/
x   x   x   h   h   h   o   o    /cms/chiffres/anonymes/
x   x   x   h   h   h   h   o    /cms/factures/
x   x   x   h   h   h   h   o    /cms/impayes/
x   x   x   h   h   h   h   o    /cms/taux-de-retard/
x   x   x   h   h   h   h   o    /cms/adresses-refusees/
x   x   x   h   o   h   h   h    /cms/snippets/practitioners/savedreply/
x   x   x   h   h   h   o   o    /cms/conservation/
x   x   x   h   h   h   o   h    /cms/demandes-de-droits/
x   x   x   h   h   h   o   o    /cms/prestataires/
x   x   x   h   h   h   o   h    /cms/violations/
x   x   x   h   h   h   o   h    /cms/audits/
x   x   x   o   o   o   o   o    /cms/qui-peut-quoi/
"""


def addresses() -> dict[str, object]:
    me = Practitioner.objects.get(user__email="practitioner@demo.example")
    own = ProfilePage.objects.get(practitioner=me)
    other = ProfilePage.objects.live().exclude(pk=own.pk).earliest("pk")
    centre = StructurePage.objects.get(structure__administrators__email="structure@demo.example")
    theme, images = ThemePage.objects.earliest("pk"), get_image_model().objects
    return {
        "own": edit(own),
        "other": edit(other),
        "centre": edit(centre),
        "other_centre": edit(StructurePage.objects.exclude(pk=centre.pk).earliest("pk")),
        "theme": edit(theme),
        "home": edit(HomePage.objects.get()),
        "profiles": own.get_parent().pk,
        "themes": theme.get_parent().pk,
        "own_image": images.filter(collection=me.media).earliest("pk").pk,
        "other_image": images.exclude(collection=me.media).earliest("pk").pk,
        "other_file": other.practitioner_id,
        "report": Report.objects.earliest("pk").pk,
        "complaint": ReportComplaint.objects.earliest("pk").pk,
        "other_item": other.practitioner.items.earliest("pk").pk,
    }


def edit(page: Page) -> str:
    return f"/cms/pages/{page.pk}/"


def lines() -> list[tuple[str, list[str]]]:
    rows = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return [(row[-1], row[:-1]) for row in rows]


def seen(client: Client, path: str) -> str:
    answer = client.get(path)
    if answer.status_code == 302:
        return "h" if answer["Location"] == "/cms/" else answer["Location"]
    return {200: "o", 403: "x", 404: "-"}.get(answer.status_code, str(answer.status_code))


@pytest.fixture
def enter(client: Client) -> Callable[[str], Client]:
    def sign_in(role: str) -> Client:
        sign_in_fully(client, User.objects.get(email=f"{role}@demo.example"))
        return client

    return sign_in


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_is_meant_for_it(enter: Callable[[str], Client], role: str) -> None:
    client, where, column = enter(role), addresses(), ROLES.index(role)
    expected = {path: row[column] for path, row in lines()}
    # The explorer's root opens an editor on the first page there is something to do under.
    found = {path: seen(client, path.format(**where)) for path in expected}
    if role == "editor":
        found["/cms/pages/"] = "h" if found["/cms/pages/"].startswith("/cms/pages/") else found["/cms/pages/"]
    assert found == expected


COLUMNS = {
    Role.PRACTITIONER: "practitioner", Role.STRUCTURE: "structure", Role.EDITOR: "editor", Role.VERIFICATION: "verification",
    Role.MODERATION: "moderation", Role.LEGAL: "legal", Role.OPERATOR: "operator",
}  # fmt: skip


def test_the_table_that_the_team_reads_is_the_one_that_holds() -> None:
    """Each cell of `/cms/qui-peut-quoi/` is one that the test above asks for."""
    asked = dict(lines())
    for right in who_may.rights():
        opens = {role for role, name in COLUMNS.items() if asked[right.address][ROLES.index(name)] == "o"}
        assert opens == right.roles, right.address


def test_whoever_of_the_team_reads_it_sees_a_column_a_role(enter: Callable[[str], Client]) -> None:
    page = enter("moderation").get("/cms/qui-peut-quoi/").content.decode()
    cells = page.count(">oui<") + page.count(">non<")
    assert cells == len(COLUMNS) * len(list(who_may.rights()))
    assert page.count(">oui<") == sum(len(right.roles) for right in who_may.rights())


def test_without_signing_in_every_address_of_the_cms_asks_to(client: Client) -> None:
    where = addresses()
    for path, _row in lines():
        answer = client.get(path.format(**where))
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/compte/connexion/"), path


@pytest.mark.parametrize("role", ["practitioner", "structure", "verification", "legal"])
@pytest.mark.parametrize("act", ["delete/", "unpublish/", "move/{profiles}/confirm/", "copy/", "edit/"])
def test_posting_to_the_page_of_another_changes_nothing(enter: Callable[[str], Client], role: str, act: str) -> None:
    where = addresses()
    before = list(Page.objects.order_by("pk").values_list("pk", "live", "path", "title", "latest_revision"))
    answer = enter(role).post(
        f"{where['other']}{act.format(**where)}", {"title": "Pris", "slug": "pris", "action-publish": "1"}
    )
    assert answer.status_code in {302, 403, 404}
    assert list(Page.objects.order_by("pk").values_list("pk", "live", "path", "title", "latest_revision")) == before


def test_a_draft_of_the_own_page_is_not_public(enter: Callable[[str], Client]) -> None:
    page = ProfilePage.objects.get(practitioner__user__email="practitioner@demo.example")
    page.headline = "Une phrase encore secrète"
    page.save_revision()
    assert "encore secrète" not in Client().get(page.get_url()).content.decode()
    assert "encore secrète" in enter("practitioner").get(f"/cms/pages/{page.pk}/view_draft/").content.decode()
