"""The two doors, /cms/ and /espace-praticien/, open only to a session that passed the second factor."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse

from accounts.actions import roles
from accounts.models import User
from accounts.roles import Role
from common.crypto import decrypt

PASSWORD = "Pissenlit-au-vent-9"


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def editor(db):
    user = User.objects.create_user("redaction@exemple.fr", PASSWORD, first_name="Inès")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    roles.grant(user=user, role=Role.EDITOR)
    return user


def _sign_in(client, email="redaction@exemple.fr", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def test_password_alone_leads_an_editor_to_enrolment(client, editor):
    assert _sign_in(client).status_code == 302
    response = client.get("/cms/")
    assert response.status_code == 302
    assert response.url.startswith(reverse("mfa_activate_totp"))


def test_password_then_code_opens_the_cms(client, editor):
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)
    response = _sign_in(client)
    assert response.url == reverse("mfa_authenticate")
    assert client.get("/cms/").status_code == 302, "the password alone opens nothing"
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 422
    assert client.post(reverse("mfa_authenticate"), {"code": _code(secret)}).status_code == 302
    assert client.get("/cms/").status_code == 200


def test_a_recovery_code_replaces_the_authenticator_once(client, editor):
    TOTP.activate(editor, generate_totp_secret())
    code = RecoveryCodes.activate(editor).generate_codes()[0]
    _sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get("/cms/").status_code == 200
    client.logout()
    _sign_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 422


def test_secrets_of_authenticators_are_encrypted_at_rest(editor):
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)
    stored = Authenticator.objects.get(user=editor, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert decrypt(stored) == secret


@pytest.mark.parametrize("path", ["/cms/login/", "/cms/password_reset/", "/cms/password_reset/confirm/x/y/"])
def test_wagtails_own_sign_in_is_shadowed(client, db, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response.url.startswith("/compte/")


def test_wagtails_sign_in_form_takes_no_password(client, editor):
    response = client.post("/cms/login/", {"username": editor.email, "password": PASSWORD})
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_client_has_no_business_in_the_cms(client, db):
    client.force_login(User.objects.create_user("cliente@exemple.fr", PASSWORD))
    assert client.get("/cms/").status_code == 403
    assert client.get("/cms/pages/").status_code == 403


def test_guessing_is_locked_out(client, editor, settings):
    for _ in range(5):
        _sign_in(client, password="Mauvais-mot-de-passe-1")
    refused = _sign_in(client)
    assert refused.status_code in {422, 429}
    assert "_auth_user_id" not in client.session


def test_unknown_address_and_wrong_password_say_the_same(client, editor):
    wrong = _sign_in(client, password="Mauvais-mot-de-passe-1").context["form"].errors
    unknown = _sign_in(client, email="personne@exemple.fr").context["form"].errors
    assert wrong == unknown
