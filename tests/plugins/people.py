"""Signing in as a role, second factor included."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.second_factor import mark_satisfied
from tests.factories.accounts import UserFactory


@pytest.fixture
def login_as(db: None, client: Client) -> Callable[..., User]:
    """`login_as(Role.EDITOR)` signs `client` in as a new person of this role; `login_as("client")` as a client;
    `login_as(user)` as that person. Every session has passed the second factor."""

    def sign_in(who: Role | str | User = "client") -> User:
        user = who if isinstance(who, User) else UserFactory(roles=[] if who == "client" else [Role(who)])
        sign_in_fully(client, user)
        return user

    return sign_in


def sign_in_fully(client: Client, user: User) -> None:
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    request = HttpRequest()
    request.session, request.user = client.session, user
    mark_satisfied(request)
    request.session.save()


def say_why(client: Client, path: str, reason: str = "Contrôle du dossier par les tests") -> None:
    """Give the reason that a person's file asks for before it opens; it is remembered for half an hour."""
    answer = client.post(path, {"acces_motif": reason, "acces_page": "1"})
    assert answer.status_code == 303, answer.status_code
