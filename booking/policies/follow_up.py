"""Follow-up sessions are for clients who already came; who that is, only a signed-in account can show.

The address typed in the form decides nothing: the answer would tell anybody whose client somebody is. Whoever is not signed in
as a client who came may still ask: the booking is a request, whatever address is typed, and the practitioner answers it.
"""

import datetime as dt
from typing import TYPE_CHECKING, TypeGuard

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from booking.models import Appointment, ClientRecord, Status
from practitioners.models import Practitioner, Service

if TYPE_CHECKING:
    from accounts.models import User

BY_THE_PRACTITIONER = (ClientRecord.Source.PRACTITIONER, ClientRecord.Source.IMPORT)


def came_before(practitioner: Practitioner, user: "User | AnonymousUser", *, now: dt.datetime) -> bool:
    """Whether this account had a session here, or the practitioner entered it as a client's.

    An address counts once it was confirmed: an account can be made with anybody's.
    """
    if not _has_account(user):
        return False
    took_place = Q(status=Status.DONE) | Q(status=Status.CONFIRMED, ends_at__lte=now)
    if Appointment.objects.filter(took_place, practitioner=practitioner, client=user).exists():
        return True
    if not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        return False
    mine = Q(user=user) | Q(email=user.email.lower())
    written_down = ClientRecord.objects.filter(mine, practitioner=practitioner, source__in=BY_THE_PRACTITIONER)
    return written_down.current().exists()


def asks_first(service: Service, user: "User | AnonymousUser", *, now: dt.datetime) -> bool:
    """Whether this booking is a request because the session is for clients who came and this visitor is not known as one."""
    return service.follow_up and not came_before(service.practitioner, user, now=now)


def is_first_visit(appointment: Appointment, *, now: dt.datetime) -> bool:
    """For the practitioner: nobody with this account or this address had a session here before this one."""
    mine = Q(contact_email=appointment.contact_email) if appointment.contact_email else Q()
    if appointment.client_id:
        mine |= Q(client=appointment.client_id)
    if not mine:
        return True
    took_place = Q(status=Status.DONE) | Q(status=Status.CONFIRMED, ends_at__lte=now)
    earlier = Appointment.objects.filter(mine, took_place, practitioner=appointment.practitioner_id)
    return not earlier.filter(starts_at__lt=appointment.starts_at).exclude(pk=appointment.pk).exists()


def _has_account(user: "User | AnonymousUser") -> "TypeGuard[User]":
    return bool(user.is_authenticated)
