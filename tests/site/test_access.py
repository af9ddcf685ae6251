"""Every address × every role, on the demo's content: no 500, and exactly the intended answer."""

import pytest
from django.test import Client
from wagtail.models import Page

from accounts.models import User
from demo.roles import ROLES as DEMO_ROLES
from tests.plugins.people import sign_in_fully
from tests.site.access_paths import PATHS, path_of
from tests.site.access_table import ROLES, TABLE
from tests.site.addresses import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_site")]


def visitor(role: str) -> Client:
    client = Client(raise_request_exception=True)
    if role != "anonymous":
        sign_in_fully(client, User.objects.get(email=f"{role}@demo.example"))
    return client


def test_every_route_has_its_line_in_the_table():
    assert set(routes()) == set(TABLE), (
        f"not in tests/site/access_table.py: {sorted(set(routes()) - set(TABLE))}; gone: {sorted(set(TABLE) - set(routes()))}"
    )


def test_no_address_is_kept_for_a_route_that_is_gone():
    assert set(PATHS) <= set(routes())


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_exactly_what_is_intended(role):
    client = visitor(role)
    found, intended = {}, {}
    for route, row in TABLE.items():
        path = path_of(route)
        # Signing out and the like are shown by GET and done by POST: one session sees the whole site.
        found[f"{route} {path}"] = client.get(path).status_code
        intended[f"{route} {path}"] = row[role]
    assert found == intended


@pytest.mark.parametrize("role", DEMO_ROLES, ids=lambda role: role.slug)
def test_each_card_of_the_demo_opens_the_work_of_its_role(role):
    client = Client()
    response = client.post(f"/demo/login/{role.slug}/", follow=True)
    assert response.status_code == 200
    assert response.wsgi_request.path.startswith(role.landing)


@pytest.mark.parametrize(
    "address",
    [
        "/", "/recherche/", "/pratiques/sophrologie/", "/thematiques/", "/centres/", "/documents/cgu/", "/healthz",
        "/readyz", "/sitemap.xml", "/api/v1/practitioners/", "/api/v1/openapi.json", "/demo/", "/demo/mailbox/", "/demo/stripe/",
    ],
)  # fmt: skip
def test_fixed_addresses_answer(client, address):
    """Other programs rely on them: docs/architecture.md."""
    assert client.get(address).status_code == 200


def test_profiles_centres_and_themes_stand_at_their_fixed_addresses(client):
    for folder in ("praticiens", "centres", "thematiques"):
        pages = Page.objects.live().filter(url_path__regex=rf"/{folder}/[^/]+/$")
        assert pages
        assert client.get(f"/{folder}/{pages[0].slug}/").status_code == 200


@pytest.mark.parametrize("path", ["/recherche/?q=%00", "/api/v1/places/?q=%00"])
def test_nul_bytes_are_refused(client, path):
    assert client.get(path).status_code == 400


def test_ten_thousand_characters_are_an_answer_like_another(client):
    assert client.get("/recherche/", {"q": "é" * 10_000, "lieu": "x" * 10_000}).status_code in {200, 414, 400}
