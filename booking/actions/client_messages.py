"""The thread between a practitioner and a client (V5). Mails only say that something was written, never what."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from booking.client_access import address_of, thread_url
from booking.errors import NoAddress, NotWritten, TooManyMessages
from booking.models import ClientMessage, ClientRecord, ClientThread
from common import outbox
from legal.retention import holds
from legal.rights import effects
from practitioners.models import Practitioner

BY = ClientMessage.By
HOUR = dt.timedelta(hours=1)
IN_A_THREAD = 10  # messages of one side in an hour
OF_A_PRACTITIONER = 40  # to all clients together: this is for answering people, not for sending circulars
BURST = dt.timedelta(minutes=10)
KEPT = dt.timedelta(days=365)  # Annexe A: a year from the end of the exchange


@transaction.atomic
def write(*, record_id: int, by: str, author: User | None, text: str, now: dt.datetime) -> ClientMessage:
    """Add a message and tell the other side. Raises NoAddress, NotWritten, TooManyMessages."""
    record = (
        ClientRecord.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner", "user")
        .get(pk=record_id)
    )
    if by == BY.PRACTITIONER and not address_of(record):
        raise NoAddress
    if by == BY.PRACTITIONER and effects.silenced("client-messages", record.user_id):
        raise NotWritten
    thread, _made = ClientThread.objects.get_or_create(record=record, defaults={"last_at": now})
    recent = ClientMessage.objects.filter(by=by, sent_at__gt=now - HOUR)
    if recent.filter(thread=thread).count() >= IN_A_THREAD:
        raise TooManyMessages
    if by == BY.PRACTITIONER:
        sent = recent.filter(thread__record__practitioner=record.practitioner_id).count()
        if sent >= OF_A_PRACTITIONER:
            raise TooManyMessages
    # A mail for what is written in a row is enough, as long as its reader has not opened it.
    told = thread.messages.filter(by=by, read_at=None, sent_at__gt=now - BURST).exists()
    message = ClientMessage.objects.create(thread=thread, by=by, author=author, text=text, sent_at=now)
    thread.last_at = now
    thread.save(update_fields=["last_at"])
    if not told:
        _tell(message, thread, record)
    return message


def read(*, thread: ClientThread, reader: str, now: dt.datetime) -> None:
    """The other side's messages are read."""
    other = BY.CLIENT if reader == BY.PRACTITIONER else BY.PRACTITIONER
    thread.messages.filter(by=other, read_at=None).update(read_at=now)


def unread_of(practitioner: Practitioner) -> int:
    return ClientMessage.objects.filter(thread__record__practitioner=practitioner, by=BY.CLIENT, read_at=None).count()


@transaction.atomic
def forget(*, now: dt.datetime) -> int:
    """Erase the exchanges that ended more than a year ago; how many."""
    over = ClientThread.objects.filter(last_at__lt=now - KEPT)
    _rows, by_model = holds.free("exchanges", over, now).delete()
    return int(by_model.get("booking.ClientThread", 0))


def move(*, kept: ClientRecord, other: ClientRecord) -> None:
    """The exchanges of two records that become one are put together."""
    source = ClientThread.objects.select_for_update(no_key=True).filter(record=other).first()
    if source is None:
        return
    target = ClientThread.objects.select_for_update(no_key=True).filter(record=kept).first()
    if target is None:
        source.record = kept
        source.save(update_fields=["record"])
        return
    source.messages.update(thread=target)
    target.last_at = max(target.last_at, source.last_at)
    target.save(update_fields=["last_at"])
    source.delete()


def _tell(message: ClientMessage, thread: ClientThread, record: ClientRecord) -> None:
    practitioner = record.practitioner
    to_client = message.by == BY.PRACTITIONER
    if to_client:
        to, url = address_of(record), thread_url(thread)
    else:
        to = practitioner.professional_email
        url = settings.BASE_URL + reverse("office:client", args=[record.pk]) + "#messages"
    outbox.send(
        key=f"client-message-{message.pk}",
        to=to,
        template=f"booking/client_message_{'client' if to_client else 'practitioner'}",
        context={"practitioner": practitioner, "person": str(record), "url": url},
    )
