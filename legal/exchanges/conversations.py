"""A message received, answered, closed: the same life for the contact form and for the help of an account."""

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.errors import Conflict, NotAllowed
from legal.consents.proofs import Kind as DocumentKind
from legal.consents.proofs import in_force
from legal.exchanges import policies
from legal.models import Exchange, ExchangeMessage

By, Kind, State = ExchangeMessage.By, Exchange.Kind, Exchange.State
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that reads like a digit
# Open conversations of one account: more is somebody pressing a button again and again.
MOST_OPEN = 5


class Closed(Conflict):
    message = _("This conversation is closed: write a new one.")


class TooManyOpen(Conflict):
    message = _("You already have five open conversations: go on in one of them.")


@transaction.atomic
def write_to_us(*, email: str, name: str, category: str, subject: str, text: str, now: dt.datetime) -> Exchange:
    """From the contact form. The same words from the same address, still open, are one message."""
    same = Exchange.objects.filter(kind=Kind.CONTACT, email=email.lower(), subject=subject).exclude(state=State.CLOSED)
    known = same.filter(messages__by=By.PERSON, messages__text=text).first()
    if known is not None:
        return known
    exchange = _open(Kind.CONTACT, category, subject, text, now, email=email.lower(), name=name)
    _tell(exchange, "exchange_received", "received", {"text": text})
    return exchange


@transaction.atomic
def ask_for_help(*, user: User, category: str, subject: str, text: str, now: dt.datetime) -> Exchange:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two presses wait for one another
    mine = Exchange.objects.filter(kind=Kind.SUPPORT, user=user).exclude(state=State.CLOSED)
    known = mine.filter(subject=subject, messages__by=By.PERSON, messages__text=text).first()
    if known is not None:
        return known
    if mine.count() >= MOST_OPEN:
        raise TooManyOpen
    exchange = _open(
        Kind.SUPPORT, category, subject, text, now, email=user.email, name=user.get_full_name()[:80], user=user
    )
    _tell(exchange, "exchange_received", "received", {"text": text})
    return exchange


def _open(
    kind: str,
    category: str,
    subject: str,
    text: str,
    now: dt.datetime,
    *,
    email: str,
    name: str,
    user: User | None = None,
) -> Exchange:
    exchange = Exchange.objects.create(
        reference="".join(secrets.choice(_ALPHABET) for _n in range(8)),
        kind=kind,
        category=category,
        subject=subject,
        name=name,
        email=email,
        user=user,
        policy=in_force(DocumentKind.PRIVACY, now),
        received_at=now,
        last_at=now,
    )
    ExchangeMessage.objects.create(exchange=exchange, by=By.PERSON, author=user, text=text, at=now)
    return exchange


@transaction.atomic
def add(*, exchange: Exchange, user: User, text: str, now: dt.datetime) -> ExchangeMessage:
    """The person goes on. Pressed twice, the same words are one message."""
    row = _locked(exchange)
    last = row.messages.exclude(by=By.NOTE).last()
    if last is not None and last.by == By.PERSON and last.text == text:
        return last
    message = ExchangeMessage.objects.create(exchange=row, by=By.PERSON, author=user, text=text, at=now)
    # What waited already keeps its place in the queue.
    if row.state != State.WAITING:
        row.state, row.last_at = State.WAITING, now
        row.save(update_fields=["state", "last_at"])
    return message


@transaction.atomic
def answer(*, exchange: Exchange, staff: User, text: str, now: dt.datetime, close: bool = False) -> ExchangeMessage:
    """Sent by mail as it is; closing sends it too, and says what becomes of the conversation."""
    row = _taken(exchange, staff)
    message = ExchangeMessage.objects.create(exchange=row, by=By.STAFF, author=staff, text=text, at=now)
    row.state, row.assigned_to = State.CLOSED if close else State.ANSWERED, staff
    row.closed_at = now if close else None
    row.save(update_fields=["state", "assigned_to", "closed_at"])
    _tell(row, "exchange_answered", f"answer-{message.pk}", {"text": text, "closed": close})
    return message


@transaction.atomic
def note(*, exchange: Exchange, staff: User, text: str, now: dt.datetime) -> ExchangeMessage:
    """Between colleagues; it leaves with the conversation."""
    row = _taken(exchange, staff)
    return ExchangeMessage.objects.create(exchange=row, by=By.NOTE, author=staff, text=text, at=now)


@transaction.atomic
def close(*, exchange: Exchange, now: dt.datetime, staff: User | None = None) -> None:
    """Resolved, by whoever says so: the help of an account is erased the night after, a contact at the end of its time."""
    row = _locked(exchange)
    if staff is not None and not policies.may_answer(staff, row):
        raise NotAllowed
    row.state, row.closed_at = State.CLOSED, now
    row.save(update_fields=["state", "closed_at"])


@transaction.atomic
def take(*, exchange: Exchange, staff: User) -> None:
    row = _taken(exchange, staff)
    row.assigned_to = staff
    row.save(update_fields=["assigned_to"])


def _locked(exchange: Exchange) -> Exchange:
    row = Exchange.objects.select_for_update(no_key=True).get(pk=exchange.pk)
    if row.is_closed:
        raise Closed
    return row


def _taken(exchange: Exchange, staff: User) -> Exchange:
    row = _locked(exchange)
    if not policies.may_answer(staff, row):
        raise NotAllowed
    return row


def _tell(exchange: Exchange, template: str, key: str, context: dict[str, Any]) -> None:
    base = settings.BASE_URL.rstrip("/")
    mine = exchange.kind == Kind.SUPPORT
    outbox.send(
        key=f"exchange-{exchange.reference}-{key}",
        to=exchange.email,
        template=f"legal/{template}",
        context={
            "exchange": exchange,
            "mine": mine,
            "closed": False,
            "url": base + (reverse("help_one", args=[exchange.reference]) if mine else reverse("contact")),
            **context,
        },
    )
