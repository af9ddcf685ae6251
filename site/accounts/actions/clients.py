"""Accounts of clients, made while they book."""

import datetime as dt

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from common import outbox
from common.errors import DomainError


class AdultsOnly(DomainError):
    """Majority was not declared (D8)."""


def owner_of(email: str) -> User | None:
    """Whose account an address opens: who proved to read it, else whose account bears it.

    An address that somebody added to an account without proving to read it opens nothing.
    """
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return proved.user if proved else User.objects.filter(email__iexact=email).first()


def find_or_create(
    *,
    email: str,
    first_name: str,
    last_name: str,
    phone: str,
    adult: bool,
    now: dt.datetime,
    ask_to_confirm: bool = True,
) -> tuple[User, bool]:
    """The account of `email` and whether it was made now, without a password.

    A known address gives its account untouched: what a stranger types never changes it, and the caller must neither sign the
    visitor in nor say that it existed. A new one is sent a link that confirms the address, unless the caller sends one that does;
    nothing waits for it.
    """
    if not adult:
        raise AdultsOnly
    email = email.strip().lower()
    known = owner_of(email)
    if known:
        return known, False
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, None, first_name=first_name, last_name=last_name, phone=phone, adult_declared_at=now
            )
            address = EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    except IntegrityError:  # made by a simultaneous request
        return User.objects.get(email__iexact=email), False
    if ask_to_confirm:
        send_confirmation(address=address)
    return user, True


def send_confirmation(*, address: EmailAddress) -> None:
    path = reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(address).key])
    outbox.send(
        key=f"confirm-address-{address.pk}",
        to=address.email,
        template="accounts/confirm_address",
        context={"activate_url": f"{settings.BASE_URL}{path}"},
    )
