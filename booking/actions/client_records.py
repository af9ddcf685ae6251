"""A practitioner's entries of clients: made at the first booking, by hand or by an import; found, changed, merged."""

import datetime as dt
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q

from booking.actions import client_messages
from booking.errors import ClientKnown, HasAppointments, TwoAccounts
from booking.models import Appointment, ClientRecord
from booking.models.client_record import ClientRecordQuerySet
from common.compiled import Compiled, Given
from common.text import sort_key
from practitioners.models import Practitioner

FOUND = 20
MOST_TAGS, TAG_LENGTH, NOTE_LENGTH = 12, 30, 1000
TRIES = 5
# What divides labels in a file never stands in one.
_SEPARATORS = str.maketrans(",;|", "   ")


def find(practitioner: Practitioner, text: str, *, limit: int = FOUND) -> ClientRecordQuerySet:
    """At most `limit` current clients whose name, address or telephone has these letters (two or more), accents and case aside."""
    return ClientRecord.objects.filter(practitioner=practitioner).current().matching(text)[:limit]


def enter(appointment: Appointment, *, now: dt.datetime) -> ClientRecord:
    """The practitioner's record of who booked, made if need be; within the caller's transaction, who saves the appointment.

    The account comes first, then the address. Two bookings at once end with one record: the unique constraints refuse the
    second insert, and the other's row is read again. What the practitioner typed is completed, never replaced.
    """
    if appointment.record_id is not None and appointment.record is not None:
        return appointment.record
    record = _found_or_made(appointment, now)
    _complete(record, appointment)
    appointment.record = record
    return record


@transaction.atomic
def create(
    *,
    practitioner: Practitioner,
    first_name: str,
    last_name: str,
    email: str = "",
    phone: str = "",
    tags: list[str] | None = None,
    note: str = "",
    source: str = ClientRecord.Source.PRACTITIONER,
    now: dt.datetime,
) -> ClientRecord:
    """A client entered by hand. Raises ClientKnown when the address is one of this practitioner's clients' already."""
    record = ClientRecord(
        practitioner=practitioner,
        first_name=first_name,
        last_name=last_name,
        email=email.lower(),
        phone=phone,
        tags=clean_tags(tags or []),
        note=note,
        source=source,
        created_at=now,
    )
    _save(record)
    return record


@transaction.atomic
def change(*, record_id: int, first_name: str, last_name: str, email: str, phone: str, note: str) -> ClientRecord:
    """Raises ClientKnown."""
    record = ClientRecord.objects.select_for_update(no_key=True).get(pk=record_id)
    record.first_name, record.last_name = first_name, last_name
    record.email, record.phone, record.note = email.lower(), phone, note
    _save(record)
    return record


@transaction.atomic
def tag(*, record_id: int, label: str) -> ClientRecord:
    """Add a tag; one that differs only by case or accents from another of the practitioner's takes that one's spelling."""
    record = ClientRecord.objects.select_for_update(no_key=True).get(pk=record_id)
    record.tags = clean_tags([*record.tags, spelling(record.practitioner_id, label)])
    record.save(update_fields=["tags"])
    return record


@transaction.atomic
def untag(*, record_id: int, label: str) -> ClientRecord:
    record = ClientRecord.objects.select_for_update(no_key=True).get(pk=record_id)
    record.tags = [known for known in record.tags if known != label]
    record.save(update_fields=["tags"])
    return record


@transaction.atomic
def archive(*, record_id: int, now: dt.datetime | None) -> ClientRecord:
    """Out of the list, its appointments untouched; `now=None` brings it back."""
    record = ClientRecord.objects.select_for_update(no_key=True).get(pk=record_id)
    record.archived_at = now
    record.save(update_fields=["archived_at"])
    return record


@transaction.atomic
def erase(*, record_id: int) -> None:
    """Forget somebody who never booked, with the exchange: an objection to an import, a mistake. Raises HasAppointments."""
    record = ClientRecord.objects.select_for_update(no_key=True).get(pk=record_id)
    if record.appointments.exists():
        raise HasAppointments
    record.delete()


@transaction.atomic
def merge(*, kept_id: int, other_id: int) -> ClientRecord:
    """One record of two of the same practitioner: everything of `other` goes to `kept`, which keeps what it says. Raises TwoAccounts."""
    locked = {
        row.pk: row
        for row in ClientRecord.objects.select_for_update(no_key=True).filter(pk__in=[kept_id, other_id]).order_by("pk")
    }
    return _absorb(locked[kept_id], locked[other_id])


def tags_of(practitioner: Practitioner) -> list[str]:
    """Every tag in use, in the order of reading."""
    rows = ClientRecord.objects.filter(practitioner=practitioner).exclude(tags=[]).values_list("tags", flat=True)
    return sorted({label for tags in rows for label in tags}, key=sort_key)


def spelling(practitioner_id: int, label: str) -> str:
    label = " ".join(label.translate(_SEPARATORS).split())[:TAG_LENGTH].strip()
    rows = ClientRecord.objects.filter(practitioner=practitioner_id).exclude(tags=[]).values_list("tags", flat=True)
    known = {sort_key(known): known for tags in rows for known in tags}
    return known.get(sort_key(label), label)


def clean_tags(labels: list[str]) -> list[str]:
    """Without doubles, blanks or excess; the order kept."""
    kept: dict[str, str] = {}
    for label in labels:
        label = " ".join(label.translate(_SEPARATORS).split())[:TAG_LENGTH].strip()
        if label:
            kept.setdefault(sort_key(label) or label, label)
    return list(kept.values())[:MOST_TAGS]


def _found_or_made(appointment: Appointment, now: dt.datetime) -> ClientRecord:
    email = appointment.contact_email.lower()
    for _attempt in range(TRIES):
        found = _same_client(appointment, email)
        own = next((row for row in found if appointment.client_id and row.user_id == appointment.client_id), None)
        same_address = next((row for row in found if email and row.email == email), None)
        if own is not None and same_address in (None, own):
            return own  # who comes back: nothing to write
        try:
            with transaction.atomic():
                free = email if same_address is None else ""  # else the address another account books with
                return _joined(appointment, own, same_address) or _made(appointment, free, now)
        except IntegrityError:
            # Another booking of the same client has just made it: it is there at the next reading.
            continue
    return _made(appointment, "", now)


def _same_client(appointment: Appointment, email: str) -> list[ClientRecord]:
    """The practitioner's records of this account or this address, locked."""
    if not appointment.client_id and not email:
        return []
    same = _SAME_CLIENT[bool(appointment.client_id), bool(email)]
    return same.all(user=appointment.client_id, email=email, practitioner=appointment.practitioner_id)


def _same(*conditions: Q) -> Compiled[ClientRecord]:
    either = reduce(or_, conditions)
    mine = Q(practitioner=Given("practitioner"))
    return Compiled(lambda: ClientRecord.objects.filter(either, mine).select_for_update(no_key=True).order_by("pk"))


_OF_ACCOUNT, _OF_ADDRESS = Q(user=Given("user")), Q(email=Given("email"))
# By what is known of who books: an account, an address.
_SAME_CLIENT = {
    (True, True): _same(_OF_ACCOUNT, _OF_ADDRESS),
    (True, False): _same(_OF_ACCOUNT),
    (False, True): _same(_OF_ADDRESS),
}


def _joined(
    appointment: Appointment, own: ClientRecord | None, same_address: ClientRecord | None
) -> ClientRecord | None:
    """By the account, else by an address that no other account has; a record of the same address joins the account's.

    Once the account has confirmed that address: made with somebody else's, it must not be given what is theirs.
    """
    if own is not None:
        if same_address is not None and same_address.user_id is None and _has_confirmed(appointment, same_address):
            return _absorb(own, same_address)
        return own
    if same_address is None or (same_address.user_id is not None and appointment.client_id):
        return None
    if appointment.client_id and _has_confirmed(appointment, same_address):
        same_address.user_id = appointment.client_id
        same_address.save(update_fields=["user"])
    return same_address


def _has_confirmed(appointment: Appointment, record: ClientRecord) -> bool:
    confirmed = EmailAddress.objects.filter(user=appointment.client_id, verified=True)
    return confirmed.filter(email__iexact=record.email).exists()


def _made(appointment: Appointment, email: str, now: dt.datetime) -> ClientRecord:
    client = appointment.client
    first_name = appointment.contact_first_name or (client.first_name if client else "")
    last_name = appointment.contact_last_name or (client.last_name if client else "")
    return ClientRecord.objects.create(
        practitioner_id=appointment.practitioner_id,
        user_id=appointment.client_id,
        first_name=first_name,
        last_name=last_name,
        email=email,
        phone=appointment.contact_phone,
        folded_name=sort_key(last_name, first_name)[:170],
        source=ClientRecord.Source.CLIENT,
        created_at=now,
    )


def _complete(record: ClientRecord, appointment: Appointment) -> None:
    """What the record lacks is taken from the booking; a client who books is no longer archived."""
    changed = []
    for name in ("first_name", "last_name", "phone"):
        value = getattr(appointment, f"contact_{name}")
        if value and not getattr(record, name):
            setattr(record, name, value)
            changed.append(name)
    if record.archived_at is not None:
        record.archived_at = None
        changed.append("archived_at")
    if changed:
        record.folded_name = sort_key(record.last_name, record.first_name)[:170]
        record.save(update_fields=[*changed, "folded_name"])


def _absorb(kept: ClientRecord, other: ClientRecord) -> ClientRecord:
    if kept.practitioner_id != other.practitioner_id or kept.pk == other.pk:
        raise ClientRecord.DoesNotExist
    if kept.user_id and other.user_id and kept.user_id != other.user_id:
        raise TwoAccounts
    Appointment.objects.filter(record=other).update(record=kept)
    client_messages.move(kept=kept, other=other)
    user_id, email = kept.user_id or other.user_id, kept.email or other.email
    lost = [
        value
        for name in ("email", "phone")
        if (value := getattr(other, name)) and getattr(kept, name) not in ("", value)
    ]
    for name in ("first_name", "last_name", "phone"):
        setattr(kept, name, getattr(kept, name) or getattr(other, name))
    kept.tags = clean_tags([*kept.tags, *other.tags])
    added = [text for text in (other.note, *lost) if text and text not in kept.note]
    kept.note = "\n".join(filter(None, (kept.note, *added)))[:NOTE_LENGTH]
    kept.created_at = min(kept.created_at, other.created_at)
    if other.archived_at is None:
        kept.archived_at = None
    other.delete()
    kept.user_id, kept.email = user_id, email
    _save(kept)
    return kept


def _save(record: ClientRecord) -> None:
    record.folded_name = sort_key(record.last_name, record.first_name)[:170]
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        if "one_record_an_address" not in str(error):
            raise
        raise ClientKnown from error
