"""Duties of the law that no other test holds: what must stand on every page, what may never count, what must not be linked."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from search import ranking
from tests.factories.editorial import tree
from tests.factories.legal import Kind, make_document, make_version
from tests.factories.practitioners import PractitionerFactory

ROOT = Path(__file__).resolve().parents[2]
# The platform that Regulation (EU) 2024/3228 closed on 20 July 2025: a link to it would mislead.
CLOSED_PLATFORM = re.compile(r"consumers/odr|webgate\.ec\.europa\.eu/odr", re.IGNORECASE)
READ = {".py", ".html", ".txt", ".json", ".md", ".po", ".yaml", ".toml"}
FOLDERS = ("accounts", "booking", "common", "demo", "docs", "editorial", "legal", "locale", "practitioners", "search")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/", "/recherche/", "/recherche/classement/", "/praticiens/claire-morel/", "/documents/", "/retractation/", "/compte/connexion/", "/nulle-part/"],
)  # fmt: skip
def test_the_ranking_page_and_the_withdrawal_are_reached_from_every_page(client: Client, path: str) -> None:
    make_version(make_document(Kind.CGU))
    tree()
    PractitionerFactory(slug="claire-morel")
    html = client.get(path, follow=True).content.decode()
    assert 'href="/recherche/classement/"' in html
    assert 'href="/retractation/"' in html


def test_no_module_of_the_search_knows_what_a_practitioner_pays() -> None:
    """Neither payments nor optional services can enter the order: nothing that makes it can read them."""
    paid = re.compile(
        r"^\s*(from|import) booking.*\b(\w*[pP]ay\w*|\w*[sS]ubscri\w*|PaidService\w*|FeeRate|fees|Invoice\w*|ledger\w*)",
        re.MULTILINE,
    )
    assert not {
        str(path.relative_to(ROOT))
        for path in (ROOT / "search").rglob("*.py")
        if paid.search(path.read_text(encoding="utf-8"))
    }
    columns = {"online", "score", "completeness", "partner", "listed_on", "practitioner_id"}
    assert set(ranking.Standing.__dataclass_fields__) == columns


def test_nothing_links_to_the_dispute_platform_that_the_union_closed() -> None:
    found = []
    for folder in FOLDERS:
        root = ROOT / folder if (ROOT / folder).is_dir() else ROOT / "site" / folder
        for path in [*root.rglob("*"), *(ROOT / "templates").rglob("*.html")]:
            if path.suffix in READ and CLOSED_PLATFORM.search(path.read_text(encoding="utf-8")):
                found.append(str(path.relative_to(ROOT)))
    assert not found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ["Court-1", "seulementdesminuscules", "minuscules2026suite", "MAJUSCULES2026SUITE", "password1234"]
)
def test_a_password_of_fewer_than_twelve_mixed_characters_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["Brise-marine-7", "un chemin 42 Étoiles", "lac_d’hiver_2026"])
def test_twelve_mixed_characters_are_enough_and_no_sign_is_refused(password: str) -> None:
    validate_password(password)
