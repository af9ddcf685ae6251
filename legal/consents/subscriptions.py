"""Mails that people asked for: asked, confirmed from the mail, renewed, stopped. Nothing here tells whether an address is known.

A consent lasts three years from the person's last act about it. A month before, one mail asks; a yes makes it three more, silence
ends it (`legal.consents.retention`).
"""

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from typing import Any

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from accounts.actions.clients import owner_of
from accounts.models import User
from common import outbox
from common.models import BadAddress
from common.retention import months_before
from legal.consents import proofs
from legal.consents.proofs import Circumstances, Event
from legal.models import ConsentProof, Subscription
from legal.models.consent import MAILS, Topic

log = structlog.get_logger(__name__)
CONFIRM_WITHIN = dt.timedelta(days=7)
# For one address: more is somebody filling somebody else's mailbox. Nothing is sent then, and the page says the same.
MAILS_A_DAY = 5
MONTHS = 36
ASKED_BEFORE = dt.timedelta(days=30)
PACE = 200  # a run of the daily sweep asks so many at a time


@transaction.atomic
def ask(*, email: str, topics: Collection[str], how: Circumstances, now: dt.datetime) -> None:
    """Keep what is asked and send the mail that confirms it. Asked again, the same mail is sent again, within the limits.

    Returns nothing on purpose: the page is the same for an address that is known, unknown or asked too often.
    """
    email = email.lower()
    wanted = [topic for topic in MAILS if topic in topics]
    day = now - dt.timedelta(days=1)
    asked = ConsentProof.objects.filter(event=Event.GIVEN, recorded_at__gt=day, detail__email=email)
    if not wanted or asked.count() >= MAILS_A_DAY or BadAddress.objects.of(email).exists():
        log.info("subscription_not_asked")
        return
    rows = [_asked(email, topic, how, now) for topic in wanted]
    new = [row for row in rows if not row.confirmed_at]
    # One a minute at most, whatever is pressed; that all of it is there already is said once a day.
    stamp = f"{now:%Y%m%d%H%M}" if new else f"{now:%Y%m%d}"
    send(
        (new or rows)[0],
        "legal/subscription_confirm" if new else "legal/subscription_known",
        key=f"{'confirm' if new else 'known'}-{stamp}",
        context={"topics": [row.get_topic_display for row in new or rows], "days": CONFIRM_WITHIN.days},
    )


def _asked(email: str, topic: str, how: Circumstances, now: dt.datetime) -> Subscription:
    row = Subscription.objects.of(email).filter(topic=topic).first()
    if row is None:
        row = _new(email, topic, now)
        row.save()
    elif not row.confirmed_at:
        row.asked_at = now
        row.save(update_fields=["asked_at"])
    if not row.confirmed_at:
        proofs.record(subject=row.subject, topic=topic, event=Event.GIVEN, how=how, now=now, email=email)
    return row


def _new(email: str, topic: str, now: dt.datetime) -> Subscription:
    row = Subscription(email=email, topic=topic, asked_at=now, last_contact_at=now)
    row.set_token(secrets.token_urlsafe(32))
    return row


@transaction.atomic
def confirm(*, subscription: Subscription, how: Circumstances, now: dt.datetime) -> list[Subscription]:
    """From the mail: all that was asked for with it and still waits. Twice does no harm."""
    waiting = Subscription.objects.select_for_update(no_key=True).of(subscription.email).filter(confirmed_at=None)
    rows = list(waiting.filter(asked_at__gt=now - CONFIRM_WITHIN))
    for row in rows:
        row.confirmed_at = row.last_contact_at = now
        row.save(update_fields=["confirmed_at", "last_contact_at"])
        _prove(row, Event.CONFIRMED, how, now)
    return rows


@transaction.atomic
def renew(*, subscription: Subscription, how: Circumstances, now: dt.datetime) -> None:
    """An explicit yes: three more years, for all that this address receives."""
    rows = Subscription.objects.select_for_update(no_key=True).of(subscription.email).active()
    for row in rows:
        row.last_contact_at, row.renewal_asked_at = now, None
        row.save(update_fields=["last_contact_at", "renewal_asked_at"])
        _prove(row, Event.RENEWED, how, now)


@transaction.atomic
def stop(*, subscription: Subscription, how: Circumstances, now: dt.datetime, event: str = Event.WITHDRAWN) -> None:
    """The row goes, the proof of what was and of its end stays. Twice does no harm."""
    row = Subscription.objects.select_for_update(no_key=True).filter(pk=subscription.pk).first()
    if row is None:
        return
    _prove(row, event, how, now)
    row.delete()


@transaction.atomic
def choose(
    *, email: str, wanted: Collection[str], how: Circumstances, now: dt.datetime, user: User | None = None
) -> None:
    """What an address that was proved receives from now on: each topic given or taken back by itself."""
    email = email.lower()
    rows = {row.topic: row for row in Subscription.objects.select_for_update(no_key=True).of(email)}
    for topic in MAILS:
        row = rows.get(topic)
        if topic not in wanted:
            if row is not None:
                _prove(row, Event.WITHDRAWN, how, now, user)
                row.delete()
            continue
        if row is None:
            row = _new(email, topic, now)
        was = row.confirmed_at
        row.confirmed_at = row.confirmed_at or now
        row.last_contact_at, row.renewal_asked_at = now, None
        row.save()
        if was is None:
            _prove(row, Event.GIVEN, how, now, user)


def _prove(row: Subscription, event: str, how: Circumstances, now: dt.datetime, user: User | None = None) -> None:
    proofs.record(subject=row.subject, topic=row.topic, event=event, how=how, now=now, email=row.email, user=user)


def address_of(user: User) -> str:
    """The address of an account, once its holder proved to read it: an address that one only typed shows and changes nothing."""
    owner = owner_of(user.email)
    proved = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
    return user.email if proved and owner == user else ""


def active_of(email: str) -> Sequence[Subscription]:
    return list(Subscription.objects.of(email).active()) if email else []


def ask_to_renew(*, now: dt.datetime, pace: int = PACE) -> int:
    """A month before the end, one mail an address; who is written to is marked in the same transaction."""
    soon = months_before(now + ASKED_BEFORE, MONTHS)
    with transaction.atomic():
        due = Subscription.objects.select_for_update(no_key=True, skip_locked=True).active()
        rows = list(due.filter(last_contact_at__lt=soon, renewal_asked_at=None).order_by("pk")[:pace])
        told: set[str] = set()
        for row in rows:
            row.renewal_asked_at = now
            row.save(update_fields=["renewal_asked_at"])
            if row.email not in told:
                told.add(row.email)
                topics = [each.get_topic_display for each in rows if each.email == row.email]
                send(row, "legal/subscription_renew", key=f"renew-{now:%Y%m%d}", context={"topics": topics})
    return len(rows)


def forget_unconfirmed(*, now: dt.datetime) -> int:
    """What nobody confirmed within its time: the row goes, and what it proved of an address that never answered."""
    from legal.models import ConsentDetail

    with transaction.atomic():
        late = Subscription.objects.filter(confirmed_at=None, asked_at__lt=now - CONFIRM_WITHIN)
        subjects = list(late.values_list("subject", flat=True))
        ConsentDetail.objects.filter(subject__in=subjects).delete()
        return Subscription.objects.filter(subject__in=subjects).delete()[0]


def send(row: Subscription, template: str, *, key: str, context: dict[str, Any]) -> None:
    """One mail about a subscription, with the ways to stop it that mail programs show (RFC 8058)."""
    outbox.send(
        key=f"subscription-{row.subject}-{key}",
        to=row.email,
        template=template,
        context=links(row) | _said(context),
        headers=one_click(row),
    )


def _said(context: dict[str, Any]) -> dict[str, Any]:
    """Names of topics in the language of the mail, whoever's page asked for it."""
    with override("fr"):
        return {name: [str(each()) for each in value] if name == "topics" else value for name, value in context.items()}


def links(row: Subscription) -> dict[str, Any]:
    base = settings.BASE_URL.rstrip("/")
    return {
        "page_url": base + reverse("subscription", args=[row.token]),
        "stop_url": base + reverse("subscription_stop", args=[row.token]),
        "topic": Topic(row.topic).label,
    }


def one_click(row: Subscription) -> dict[str, str]:
    stop_url = settings.BASE_URL.rstrip("/") + reverse("subscription_stop", args=[row.token])
    return {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
