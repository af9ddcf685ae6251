"""What accounts learn from allauth's own steps."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.http import HttpRequest

from accounts import second_factor
from accounts.models import User


def the_link_was_read_there(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Who chose a password by the link of a mail reads that address: with a single one, there is no doubt which.

    Without it somebody who applied could not add the second factor, which asks for a confirmed address.
    """
    addresses = list(EmailAddress.objects.filter(user=user))
    if len(addresses) == 1 and addresses[0].email == user.email and not addresses[0].verified:
        # One address, one account: another one that bears it keeps it.
        others = EmailAddress.objects.filter(email__iexact=user.email, verified=True).exclude(user=user)
        if not others.exists():
            EmailAddress.objects.filter(pk=addresses[0].pk).update(verified=True)


def a_code_was_given(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Whoever adds a second factor has just used it: the session needs no other code."""
    if authenticator.type in {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
        second_factor.mark_satisfied(request)


def connect() -> None:
    authenticator_added.connect(a_code_was_given, dispatch_uid="accounts.authenticator_added")
    password_reset.connect(the_link_was_read_there, dispatch_uid="accounts.password_reset")
