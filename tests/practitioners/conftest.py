"""People at the door of the CMS and the office, with their second factor already in the session."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import roles
from accounts.models import User


@pytest.fixture(autouse=True)
def _rights(request: pytest.FixtureRequest) -> None:
    """The groups with the declared rights, as after a migration."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        roles.synchronise()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
        session.save()
        return client

    return sign_in
