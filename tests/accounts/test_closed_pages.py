"""What only signed-in people read is kept by no cache."""

import pytest

from accounts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/compte/coordonnees/", "/compte/adresse/", "/compte/securite/", "/documents/a-accepter/"]
)
def test_a_page_of_ones_own_is_kept_nowhere(client, login_as, path):
    login_as("client")
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_nor_is_the_redirect_to_the_sign_in(client):
    assert "no-store" in client.get("/compte/coordonnees/")["Cache-Control"]


def test_the_desks_too(client, login_as):
    login_as(Role.OPERATOR)
    assert "no-store" in client.get("/cms/")["Cache-Control"]


def test_public_pages_are_left_alone(client, login_as):
    login_as("client")
    assert "no-store" not in client.get("/recherche/").get("Cache-Control", "")


def test_the_forms_that_lead_to_stripe_may_get_there(client):
    """A browser that obeys form-action blocks a redirect to a host that it does not name."""
    policy = client.get("/recherche/")["Content-Security-Policy"]
    for host in ("checkout", "connect", "accounts"):
        assert f"https://{host}.stripe.com" in policy
