"""What Stripe tells: stored once in a few milliseconds, made something of by a task, in any order and any number of times (M5)."""

import datetime as dt
from typing import Any

import structlog
from django.db import transaction

from booking import stripe_gateway
from booking.actions import accounts as stripe_accounts
from booking.actions import payments, refunds
from booking.models import Payment, Refund, StripeAccount, StripeEvent
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.tasks import enqueue

log = structlog.get_logger(__name__)
RETRY_AFTER = [dt.timedelta(seconds=s) for s in (10, 30, 60, 300, 900, 3600)]
FORGET_AFTER = dt.timedelta(days=3)


class NotKnownYet(Exception):
    """The event is about something of ours that is not in the database yet."""


def receive(*, event: dict[str, Any], now: dt.datetime) -> bool:
    """Store a verified event; True when it is new. The task is only asked for once the row is committed."""
    with transaction.atomic():
        row, created = StripeEvent.objects.get_or_create(
            event_id=str(event["id"])[:120],
            defaults={
                "type": str(event["type"])[:120],
                "account": str(event.get("account") or "")[:64],
                "payload": event,
                "received_at": now,
                "next_attempt_at": now,
            },
        )
        if row.processed_at is None:

            def ask() -> None:
                from booking.tasks import process_event

                enqueue(process_event, row.pk)

            transaction.on_commit(ask)
    return created


def process(*, event_pk: int, now: dt.datetime) -> bool:
    """Make of an event what it means; True when done. Its effect and its mark are one transaction: a worker killed in
    between leaves the event to be processed again, and nothing half done."""
    try:
        with transaction.atomic():
            row = (
                StripeEvent.objects.select_for_update(skip_locked=True, no_key=True)
                .filter(pk=event_pk, processed_at=None)
                .first()
            )
            if row is None:
                return False
            _dispatch(row, now)
            row.processed_at, row.error = now, ""
            row.save(update_fields=["processed_at", "error"])
            return True
    except (NotKnownYet, StripeUnreachable, StripeRefused) as error:
        _try_later(event_pk, error, now)
        return False
    except Exception as error:
        log.exception("stripe_event_failed", event_id=event_pk)
        _try_later(event_pk, error, now)
        return False


def due(*, now: dt.datetime, limit: int = 200) -> list[int]:
    """Events still to be processed, the oldest first."""
    waiting = StripeEvent.objects.filter(processed_at=None, next_attempt_at__lte=now)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])


def _dispatch(row: StripeEvent, now: dt.datetime) -> None:
    """The notification says what to look at; what is true is read from Stripe."""
    subject = (row.payload.get("data") or {}).get("object") or {}
    if row.type.startswith("checkout.session."):
        _session(row, subject, now)
    elif row.type.startswith("payment_intent."):
        payment = Payment.objects.filter(payment_intent=str(subject.get("id"))).first()
        if payment and payment.session_id:
            payments.refresh(payment_id=payment.pk, now=now)
    elif row.type.startswith("refund."):
        _refund(row, subject, now)
    elif row.type.startswith("v2.core.account"):
        related = str((row.payload.get("related_object") or {}).get("id") or "")
        for account in StripeAccount.objects.filter(account_id=related):
            stripe_accounts.refresh(account_pk=account.pk, now=now)


def _session(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    session_id = str(subject.get("id") or "")
    payment = Payment.objects.filter(session_id=session_id).select_related("account").first()
    if payment is None:
        # The webhook may overtake the answer that carries the session's id: our own number travels with it.
        number = str((subject.get("metadata") or {}).get("payment") or "")
        ours = Payment.objects.filter(session_id=None, account__account_id=row.account).select_related("account")
        payment = (
            ours.filter(pk=int(number)).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
        )
    if payment is None:
        raise NotKnownYet(f"session {session_id}")
    session = stripe_gateway.read_session(account=payment.account.account_id, session_id=session_id)
    if session.metadata.get("payment") != str(payment.pk):
        raise NotKnownYet(f"session {session_id} is not of payment {payment.pk}")
    payments.settle(payment_id=payment.pk, session=session, now=now)


def _refund(row: StripeEvent, subject: dict[str, Any], now: dt.datetime) -> None:
    refund_id = str(subject.get("id") or "")
    refund = Refund.objects.filter(refund_id=refund_id).first()
    if refund is None:
        key = str((subject.get("metadata") or {}).get("refund") or "").removeprefix("refund-")
        # Only from the account that it was asked of: a mark made on another one says nothing of ours.
        ours = Refund.objects.filter(refund_id=None, payment__account__account_id=row.account)
        refund = ours.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if refund is None:
        return  # made by hand in the practitioner's own Stripe space: theirs, not ours
    status = stripe_gateway.read_refund(account=row.account, refund_id=refund_id)
    refunds.settle(refund_id=refund.pk, stripe_id=refund_id, stripe_status=status, now=now)


def _try_later(event_pk: int, error: Exception, now: dt.datetime) -> None:
    with transaction.atomic():
        row = StripeEvent.objects.select_for_update(no_key=True).get(pk=event_pk)
        row.next_attempt_at = now + RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
        row.attempts += 1
        row.error = f"{type(error).__name__}: {error}"[:300]
        if now - row.received_at > FORGET_AFTER:
            row.processed_at = now
            log.error("stripe_event_given_up", event_id=row.event_id, error=row.error)
        row.save()
    log.warning("stripe_event_postponed", event_id=event_pk, error=str(error))
