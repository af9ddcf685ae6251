"""People at the door of the CMS and the office, with their second factor already in the session."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import roles
from accounts.models import User
from tests.plugins.people import sign_in_fully


@pytest.fixture
def as_user(db: None) -> Callable[[User], Client]:
    """A browser of its own for each person, so that the test's `client` stays a visitor."""
    roles.synchronise()

    def sign_in(user: User) -> Client:
        browser = Client()
        sign_in_fully(browser, user)
        return browser

    return sign_in
