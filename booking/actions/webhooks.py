"""What Stripe tells: stored once in a few milliseconds, made something of by a task, in any order and any number of times (M5)."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import structlog
from django.db import connection, transaction

from booking.actions import bank_news, stripe_news, subscription_news
from booking.errors import NotKnownYet
from booking.models import StripeEvent
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.tasks import enqueue

log = structlog.get_logger(__name__)
# One statement, which is its own transaction, whoever else keeps the same event at the same moment.
KEEP = """
insert into booking_stripeevent (event_id, type, account, payload, received_at, next_attempt_at, attempts, error)
values (%s, %s, %s, %s, %s, %s, 0, '') on conflict (event_id) do nothing returning id
"""
RETRY_AFTER = [dt.timedelta(seconds=s) for s in (10, 30, 60, 300, 900, 3600)]
FORGET_AFTER = dt.timedelta(days=3)

# What Stripe notifies, by the beginning of its type → what is made of it: (event's row, object as notified, now). The notification
# only says what to look at, its object is never believed: a handler reads the truth through `stripe_gateway`, ignores what is not of
# its part, and raises NotKnownYet for what is not here yet.
Handler = Callable[[StripeEvent, dict[str, Any], dt.datetime], None]
HANDLERS: list[tuple[str, Handler]] = [
    ("checkout.session.", stripe_news.session),
    ("payment_intent.", stripe_news.payment_intent),
    ("refund.", stripe_news.refund),
    ("v2.core.account", stripe_news.account),
    ("charge.dispute.", bank_news.dispute),
    ("payout.", bank_news.payout),
    ("checkout.session.", subscription_news.session),
    ("customer.subscription.", subscription_news.subscription),
    ("invoice.", subscription_news.invoice),
    ("refund.", subscription_news.refund),
    ("charge.dispute.", subscription_news.dispute),
]


def receive(*, event: dict[str, Any], now: dt.datetime) -> bool:
    """Store a verified event; True when it is new. The task is only asked for once the row is committed."""
    values = (
        str(event["id"])[:120],
        str(event["type"])[:120],
        str(event.get("account") or "")[:64],
        json.dumps(event),
        now,
        now,
    )
    with connection.cursor() as cursor:
        cursor.execute(KEEP, values)
        new = cursor.fetchone()
    pk = new[0] if new else _unprocessed(values[0])
    if pk is not None:

        def ask() -> None:
            from booking.tasks import process_event

            enqueue(process_event, pk)

        transaction.on_commit(ask)
    return new is not None


def _unprocessed(event_id: str) -> int | None:
    """One that was told before and waits still: told again, it is asked for again."""
    waiting = StripeEvent.objects.filter(event_id=event_id, processed_at=None)
    return waiting.values_list("pk", flat=True).first()


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
    """Each handler whose prefix begins the type; a type that none begins is kept and ignored."""
    subject = (row.payload.get("data") or {}).get("object") or {}
    for prefix, handle in HANDLERS:
        if row.type.startswith(prefix):
            handle(row, subject, now)


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
