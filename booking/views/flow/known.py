"""Who signed in and is known types nothing again: from the time straight to the last page, when no question is left."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists
from django.http import HttpRequest
from phonenumber_field.phonenumber import to_python

from booking import intake
from booking.actions.contact import Contact
from booking.models import Relative
from booking.policies.follow_up import asks_first
from booking.views.flow import held
from common.compiled import Compiled, Given
from practitioners.models import Service
from practitioners.models.service import Mode

if TYPE_CHECKING:
    from accounts.models import User

# Of the service, or for whom: one question.
_LEFT = Compiled(lambda: intake.asking(also=Exists(Relative.objects.filter(user=Given("user")))))


def contact_of_account(request: HttpRequest, service: Service, *, now: dt.datetime) -> Contact | None:
    """Who books `service`, when the account says all that the details step would ask.

    Something is left to ask of who has relatives (for whom?), of a session at home (where?), of one with questions, of a follow-up
    that has to be asked for, and where something was typed for a time that was lost. Changing the details stays one link away.
    """
    user = request.user
    if not user.is_authenticated or not (user.first_name and user.last_name and user.adult_declared_at):
        return None
    if service.mode == Mode.HOME or request.session.get(held.DRAFT):
        return None
    if _LEFT.exists(service=service.pk, practitioner=service.practitioner_id, user=user.pk):
        return None
    if asks_first(service, user, now=now):
        return None
    return Contact(
        first_name=user.first_name, last_name=user.last_name, email=user.email.lower(), phone=phone_of(user), adult=True
    )


def phone_of(user: "User") -> str:
    """A number kept from elsewhere that the form would refuse must not stop who did not type it."""
    number = to_python(user.phone)
    return number.as_e164 if number and number.is_valid() else ""
