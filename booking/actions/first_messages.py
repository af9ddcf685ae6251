"""The relay of the public page (P5): somebody who is nobody's client yet writes without
seeing an address, and is answered here or by mail.

Without an account with a confirmed address, the message leaves once the link of a mail was pressed: the practitioner is spared what
programs send, and nobody writes in the name of an address they do not read. From then on it is a thread like any client's.
"""

import datetime as dt

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from booking.actions import client_messages
from booking.errors import MessageGone, NotBookable, TooManyMessages
from booking.models import ClientMessage, ClientRecord, FirstMessage
from common import outbox
from legal.retention import holds
from practitioners.models import Practitioner

WAITS = dt.timedelta(hours=48)
HOUR = dt.timedelta(hours=1)
# From one address, to whomever: this is for asking a few people, not for sending circulars.
OF_AN_ADDRESS = 5
_signer = Signer(salt="booking.first-message", sep=".")


def path_of(message: FirstMessage) -> str:
    return reverse("booking:first_message_confirm", args=[_signer.sign(str(message.pk))])


def of_token(token: str, *, now: dt.datetime) -> FirstMessage | None:
    """The message that still waits; whoever has the link is who reads the address."""
    try:
        number = int(_signer.unsign(token[:100]))
    except (BadSignature, ValueError):
        return None
    return waiting(now=now).select_related("practitioner").filter(pk=number).first()


def waiting(*, now: dt.datetime) -> QuerySet[FirstMessage]:
    """Those whose two days are not over."""
    return FirstMessage.objects.filter(asked_at__gte=now - WAITS)


@transaction.atomic
def ask(
    *, practitioner: Practitioner, first_name: str, last_name: str, email: str, text: str, now: dt.datetime
) -> FirstMessage:
    """Keep the message and ask its address whether it wrote. Raises TooManyMessages."""
    email = email.lower()
    if FirstMessage.objects.filter(email=email, asked_at__gt=now - HOUR).count() >= OF_AN_ADDRESS:
        raise TooManyMessages
    message = FirstMessage.objects.create(
        practitioner=practitioner, first_name=first_name, last_name=last_name, email=email, text=text, asked_at=now
    )
    # In French, as every mail to somebody whose language is not known.
    with translation.override("fr"):
        outbox.send(
            key=f"first-message-{message.pk}",
            to=email,
            template="booking/first_message",
            context={
                "practitioner": practitioner,
                "first_name": first_name,
                "url": settings.BASE_URL + path_of(message),
            },
            not_after=now + WAITS,
        )
    return message


@transaction.atomic
def confirm(*, message_id: int, now: dt.datetime) -> ClientMessage:
    """The link was pressed: the message goes to the practitioner. Raises MessageGone, NotBookable, TooManyMessages."""
    message = (
        waiting(now=now)
        .select_for_update(of=("self",), no_key=True)
        .select_related("practitioner")
        .filter(pk=message_id)
        .first()
    )
    if message is None:
        raise MessageGone
    if not message.practitioner.is_listed:
        raise NotBookable(_("This practitioner no longer receives messages here."))
    record = _record(
        message.practitioner,
        user=None,
        email=message.email,
        names=(message.first_name, message.last_name),
        now=now,
    )
    text = message.text
    message.delete()
    return client_messages.write(record_id=record.pk, by=ClientMessage.By.CLIENT, author=None, text=text, now=now)


@transaction.atomic
def write(*, practitioner: Practitioner, user: User, text: str, now: dt.datetime) -> ClientMessage:
    """At once, for who is signed in and reads the address of the account. Raises TooManyMessages."""
    names = (user.first_name, user.last_name)
    record = _record(practitioner, user=user, email=user.email.lower(), names=names, now=now)
    return client_messages.write(record_id=record.pk, by=ClientMessage.By.CLIENT, author=user, text=text, now=now)


def _record(
    practitioner: Practitioner, *, user: User | None, email: str, names: tuple[str, str], now: dt.datetime
) -> ClientRecord:
    """The practitioner's record of that account or address, made if need be; what the practitioner typed stays."""
    own = ClientRecord.objects.select_for_update(no_key=True).filter(practitioner=practitioner)
    for _try in range(3):
        found = own.filter(user=user).first() if user else None
        same_address = own.filter(email=email).first()
        # An address with which another account books stays that account's.
        is_others = user is not None and same_address is not None and same_address.user_id not in {None, user.pk}
        found = found or (None if is_others else same_address)
        if found:
            return _renewed(found, user)
        try:
            with transaction.atomic():
                return ClientRecord.objects.create(
                    practitioner=practitioner,
                    user=user,
                    first_name=names[0],
                    last_name=names[1],
                    email="" if is_others else email,
                    source=ClientRecord.Source.MESSAGE,
                    created_at=now,
                )
        except IntegrityError:
            # Two presses at once: the other's record is there at the next reading.
            continue
    raise RuntimeError(f"the record of practitioner {practitioner.pk} could neither be found nor made")


def _renewed(record: ClientRecord, user: User | None) -> ClientRecord:
    """Who writes again is in the list again, and is the account that reads the address."""
    record.archived_at = None
    record.user = record.user or user
    record.save(update_fields=["archived_at", "user"])
    return record


def forget(*, now: dt.datetime) -> int:
    """Erase what nobody confirmed within two days; how many."""
    over = FirstMessage.objects.filter(asked_at__lt=now - WAITS)
    return int(holds.free("first-messages", over, now).delete()[0])
