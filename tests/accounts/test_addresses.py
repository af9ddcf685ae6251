"""Whose account an address opens: never that of somebody who only typed it."""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from accounts.actions.clients import find_or_create
from accounts.models import User
from common import clock
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "lea@exemple.fr"


@pytest.fixture(autouse=True)
def fresh_rate_limits():
    cache.clear()


@pytest.fixture
def stranger():
    """Somebody who added the address to the own account before its reader ever came."""
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    EmailAddress.objects.create(user=user, email=ADDRESS, primary=False, verified=False)
    return user


def book(email=ADDRESS) -> User:
    made = {"first_name": "Léa", "last_name": "Bernard", "phone": "", "adult": True}
    return find_or_create(email=email, now=clock.now(), **made)[0]


def ask_for_a_code(client, django_capture_on_commit_callbacks) -> str:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    body = mail.outbox[-1].body if mail.outbox else ""
    found = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)\s*$", body, re.MULTILINE)
    return found[1] if found else ""


def test_a_code_opens_the_readers_own_account_not_a_strangers(client, stranger, django_capture_on_commit_callbacks):
    own = book()
    code = ask_for_a_code(client, django_capture_on_commit_callbacks)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.session["_auth_user_id"] == str(own.pk)


def test_without_an_account_of_ones_own_no_code_opens_a_strangers(client, stranger, django_capture_on_commit_callbacks):
    code = ask_for_a_code(client, django_capture_on_commit_callbacks)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.filter(email=ADDRESS, verified=True).exists()


def test_an_address_that_bears_another_account_is_not_confirmed_on_a_second_one(client, stranger):
    own = book()
    key = EmailConfirmationHMAC.create(EmailAddress.objects.get(user=stranger, email=ADDRESS)).key
    client.post(reverse("account_confirm_email", args=[key]))
    assert not EmailAddress.objects.get(user=stranger, email=ADDRESS).verified
    key = EmailConfirmationHMAC.create(EmailAddress.objects.get(user=own)).key
    client.post(reverse("account_confirm_email", args=[key]))
    assert EmailAddress.objects.get(user=own).verified


def test_booking_with_a_second_address_that_was_proved_is_booking_with_the_account():
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=ADDRESS, primary=False, verified=True)
    assert book().pk == user.pk
