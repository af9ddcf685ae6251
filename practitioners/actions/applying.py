"""Somebody becomes an applicant: an account, a file to fill in, and what was accepted, recorded (R1)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.actions import clients, roles
from accounts.models import User
from accounts.roles import STAFF, Role, has_role
from common import outbox
from common.errors import Conflict, NotAllowed
from legal import receipt_mails
from legal.actions import acceptances
from legal.models import LegalDocument, LegalVersion
from practitioners.actions import applications
from practitioners.models import Practice, Practitioner, PractitionerPractice

TO_ACCEPT = (LegalDocument.Kind.CONTRACT, LegalDocument.Kind.DPA, LegalDocument.Kind.MANDATE)


class AlreadyApplied(Conflict):
    message = _("This account has a file already.")


class OfTheTeam(NotAllowed):
    message = _("An account of the team does not apply: use another address.")


class NotOpen(Conflict):
    message = _("Nobody can apply at the moment: one of the documents to accept is not in force.")


@dataclass(frozen=True)
class Applicant:
    """What R1 asks for; the rest is given item by item in the file."""

    first_name: str
    last_name: str
    professional_email: str
    phone: str
    street: str
    postal_code: str
    town: str


@dataclass(frozen=True)
class Deed:
    """Where and how the boxes were ticked; `boxes` holds each version with the exact words beside its box."""

    boxes: Collection[tuple[LegalVersion, str]]
    page: str
    ip: str | None
    agent: str


@transaction.atomic
def apply(
    *, applicant: Applicant, practices: Collection[Practice], deed: Deed, user: User | None, now: dt.datetime
) -> Practitioner | None:
    """Open a file for `user`, or for a new account of the professional address, whose reader is written to.

    None when that address has an account already: its owner is written to, nothing changes, and who typed it must not be told.
    Raises NotOpen; AlreadyApplied, OfTheTeam for who is signed in.
    """
    if {version.document.kind for version, _words in deed.boxes} != set(TO_ACCEPT):
        raise NotOpen
    if user is None:
        user, is_new = clients.find_or_create(
            email=applicant.professional_email, first_name=applicant.first_name, last_name=applicant.last_name,
            phone=applicant.phone, adult=True, now=now, ask_to_confirm=False,
        )  # fmt: skip
        if not is_new:
            _write(user, "practitioners/apply_known", url=reverse("apply"))
            return None
        _write(user, "practitioners/applied", url=_password_address(user))
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Practitioner.objects.filter(user=locked).exists():
        raise AlreadyApplied
    if locked.is_superuser or has_role(locked, *STAFF):
        raise OfTheTeam
    practitioner = Practitioner.objects.create(user=locked, slug=_free_slug(applicant), **vars(applicant))
    PractitionerPractice.objects.bulk_create(
        PractitionerPractice(practitioner=practitioner, practice=practice, position=position)
        for position, practice in enumerate(practices)
    )
    applications.open_file(practitioner=practitioner)
    roles.grant(user=locked, role=Role.PRACTITIONER)
    if locked.adult_declared_at is None:
        User.objects.filter(pk=locked.pk).update(adult_declared_at=now)
    for version, box_text in deed.boxes:
        acceptances.accept(
            user=locked, version=version, box_text=box_text, page=deed.page, ip=deed.ip, agent=deed.agent, now=now
        )
    receipt_mails.queue(user=locked, now=now)
    return practitioner


def _free_slug(applicant: Applicant) -> str:
    """Of the name; two people of one name are told apart by four letters. The column is unique: a race is refused."""
    base = slugify(f"{applicant.first_name} {applicant.last_name}")[:110] or "praticien"
    if not Practitioner.objects.filter(slug=base).exists():
        return base
    return f"{base}-{get_random_string(4, 'abcdefghjkmnpqrstuvwxyz23456789')}"


def _password_address(user: User) -> str:
    """Where the reader of the mail chooses a password, once: who typed the address alone cannot."""
    given = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=given)


def _write(user: User, template: str, *, url: str) -> None:
    outbox.send(
        key=f"apply-{user.pk}-{get_random_string(12)}",
        to=user.email,
        template=template,
        context={"first_name": user.first_name, "url": f"{settings.BASE_URL}{url}"},
    )
