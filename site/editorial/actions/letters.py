"""A letter: saved while it is a draft, tried on oneself, then sent to all who asked for its subject, at a pace."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.errors import Conflict, DomainError
from common.models import BadAddress
from editorial.letters import claims, mails
from editorial.models import Letter
from legal.models import Subscription

State = Letter.State
PACE = 300  # messages a run; beat runs it each minute


class AlreadySent(Conflict):
    message = _("This letter has been sent: it does not change any more. Write another one.")


class NotTried(DomainError):
    message = _("Send it to yourself first, as it stands now, and read it in your mailbox.")


class NobodyAsked(DomainError):
    message = _("Nobody asked for this subject yet.")


@transaction.atomic
def save(*, letter: Letter, author: User, now: dt.datetime) -> Letter:
    """What changes must be tried again."""
    if letter.pk:
        _draft(letter)
    letter.author, letter.updated_at, letter.tested_at = author, now, None
    letter.save()
    return letter


@transaction.atomic
def delete(*, letter: Letter) -> None:
    _draft(letter).delete()


@transaction.atomic
def try_on(*, letter: Letter, person: User, now: dt.datetime) -> None:
    """To the address of who writes it, exactly as the others would receive it; its links to stop are of no subscription."""
    row = _draft(letter)
    said = mails.written(row, None)
    outbox.send(
        key=f"letter-{row.pk}-test-{person.pk}-{now:%Y%m%d%H%M%S}",
        to=person.email,
        template="editorial/letter",
        context=said,
    )
    row.tested_at = now
    row.save(update_fields=["tested_at"])


@transaction.atomic
def send(*, letter: Letter, sender: User, now: dt.datetime, reason: str = "") -> Letter:
    """Frozen from here on; the messages leave in batches. `reason`: why words that the check sees may stand."""
    row = _draft(letter)
    if row.tested_at is None:
        raise NotTried
    if not readers(row.topic).exists():
        raise NobodyAsked
    claims.answer(row, by=sender, reason=reason, now=now)
    row.state, row.sent_by, row.started_at = State.SENDING, sender, now
    row.save(update_fields=["state", "sent_by", "started_at"])
    return row


def readers(topic: str) -> "QuerySet[Subscription]":
    """Those who asked and confirmed, at an address that receives."""
    refused = BadAddress.objects.filter(address=Lower(OuterRef("email")))
    return Subscription.objects.active().filter(topic=topic).exclude(Exists(refused))


def send_due(*, now: dt.datetime, pace: int = PACE) -> int:
    """The next messages of each letter being sent; two runs never work on the same one, and a reader has one key a letter."""
    sent = 0
    for pk in Letter.objects.filter(state=State.SENDING).order_by("started_at").values_list("pk", flat=True):
        if sent < pace:
            sent += _batch(pk, now, pace - sent)
    return sent


@transaction.atomic
def _batch(pk: int, now: dt.datetime, pace: int) -> int:
    rows = Letter.objects.select_for_update(no_key=True, skip_locked=True)
    letter = rows.filter(pk=pk, state=State.SENDING).first()
    if letter is None:
        return 0
    # Who asked after it was sent waits for the next one.
    due = readers(letter.topic).filter(pk__gt=letter.told_until, confirmed_at__lte=letter.started_at)
    batch = list(due.order_by("pk")[:pace])
    outbox.queue(mails.RENDERER, [mails.draft(letter, row) for row in batch])
    if batch:
        letter.told_until = batch[-1].pk
        letter.count += len(batch)
    if len(batch) < pace:
        letter.state, letter.finished_at = State.SENT, now
    letter.save(update_fields=["told_until", "count", "state", "finished_at"])
    return len(batch)


def _draft(letter: Letter) -> Letter:
    row = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    if not row.is_draft:
        raise AlreadySent
    return row
