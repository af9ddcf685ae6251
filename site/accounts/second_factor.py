"""Whether a session has passed the second factor, as django-allauth records it."""

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import SECOND_FACTOR, has_role

METHOD = "mfa"


def required_for(user: User) -> bool:
    return user.is_superuser or has_role(user, *SECOND_FACTOR)


def is_satisfied(request: HttpRequest) -> bool:
    return any(record["method"] == METHOD for record in get_authentication_records(request, request.user))


def is_enrolled(user: User) -> bool:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def mark_satisfied(request: HttpRequest) -> None:
    """Record the second factor on this session (the demo's one-click sign-in, tests)."""
    record_authentication(request, request.user, METHOD, type=Authenticator.Type.TOTP)
