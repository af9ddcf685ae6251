"""The rules as delivered, also after a test that empties the tables."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import roles
from accounts.models import User
from common import clock
from legal.claims.rules import load
from legal.models import ClaimChange, ClaimList, ClaimRule
from tests.plugins.people import sign_in_fully


@pytest.fixture
def rules(db: None) -> None:
    load(rules=ClaimRule, lists=ClaimList, changes=ClaimChange, now=clock.now())


@pytest.fixture
def as_user(db: None) -> Callable[[User], Client]:
    roles.synchronise()

    def sign_in(user: User) -> Client:
        browser = Client()
        sign_in_fully(browser, user)
        return browser

    return sign_in
