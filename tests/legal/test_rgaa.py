"""The statement of accessibility comes from the last audit."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.roles import Role
from legal.models import AccessibilityAudit

pytestmark = pytest.mark.django_db
SENT = {
    "audited_on": "2026-10-05", "auditor": "Atelier Clair", "method": "RGAA 4.1.2", "tools": "axe, NVDA", "pages": "Accueil\nRecherche",
    "conforming": "52", "failing": "4", "not_applicable": "50", "failures": "Contraste de la carte\nTitre d’un cadre", "exemptions": "",
    "contact": "acces@exemple.fr",
}  # fmt: skip


def test_the_last_audit_makes_the_statement(client: Client, login_as: Any) -> None:
    login_as(Role.LEGAL)
    assert client.post("/cms/audits/accessibilite/", SENT).status_code == 302
    client.logout()
    page = client.get("/accessibilite/").content.decode()
    for words in (
        "partiellement",
        "93",
        "Atelier Clair",
        "Contraste de la carte",
        "Recherche",
        "acces@exemple.fr",
        "Défenseur des droits",
    ):
        assert words in page
    login_as(Role.LEGAL)
    full = {**SENT, "audited_on": "2026-11-05", "conforming": "56", "failing": "0", "failures": ""}
    assert client.post("/cms/audits/accessibilite/", full).status_code == 302
    assert "totalement" in client.get("/accessibilite/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"conforming": "53"}, {"failing": "-1"}, {"failures": ""}, {"audited_on": "2999-01-01"}, {"pages": " "}, {"contact": "x"}, {"conforming": "9" * 40}]
)  # fmt: skip
def test_an_audit_that_does_not_add_up_is_refused(client: Client, login_as: Any, wrong: dict[str, str]) -> None:
    login_as(Role.LEGAL)
    answer = client.post("/cms/audits/accessibilite/", {**SENT, **wrong})
    assert answer.status_code == 422
    assert "Atelier Clair" in answer.content.decode()
    assert not AccessibilityAudit.objects.exists()


def test_what_was_stated_stays(client: Client, login_as: Any) -> None:
    login_as(Role.LEGAL)
    client.post("/cms/audits/accessibilite/", SENT)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update legal_accessibilityaudit set conforming = 106")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OPERATOR, Role.MODERATION])
def test_audits_are_published_by_the_legal_team(client: Client, login_as: Any, role: Role) -> None:
    login_as(role)
    assert client.post("/cms/audits/accessibilite/", SENT).status_code in {302, 403}
    assert not AccessibilityAudit.objects.exists()
