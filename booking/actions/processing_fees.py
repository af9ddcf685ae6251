"""What Stripe itself takes for a payment: read from Stripe, never computed here."""

import datetime as dt

import structlog
from django.db import transaction

from booking import stripe_gateway
from booking.ledger import entries
from booking.models import Payment, ProcessingFeeToRead
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.tasks import enqueue

log = structlog.get_logger(__name__)
RETRY_AFTER = [dt.timedelta(seconds=s) for s in (30, 60, 300, 900, 3600)]


def ask(*, payment_id: int) -> None:
    """Read it as soon as the payment is committed; what gets lost, the sweep finds."""

    def soon() -> None:
        from booking.tasks import read_processing_fee

        enqueue(read_processing_fee, payment_id)

    transaction.on_commit(soon)


def read(*, payment_id: int, now: dt.datetime) -> bool:
    """Record the processing fee of a payment; True when it is known. Without an answer it is asked for again later."""
    payment = Payment.objects.select_related("account").get(pk=payment_id)
    if not ProcessingFeeToRead.objects.filter(payment=payment).exists():
        return True
    try:
        cents = stripe_gateway.read_charge_fee(
            account=payment.account.account_id, payment_intent=payment.payment_intent
        )
    except (StripeUnreachable, StripeRefused) as error:
        reason = error.reason if isinstance(error, StripeRefused) else type(error).__name__
        _later(payment_id, reason, now)
        return False
    if cents is None:
        _later(payment_id, "not told yet", now)
        return False
    with transaction.atomic():
        entries.processing_fee_known(payment, cents=cents, now=now)
    return True


def due(*, now: dt.datetime, limit: int = 200) -> list[int]:
    """Payments whose processing fee is to be asked for, the longest waiting first."""
    waiting = ProcessingFeeToRead.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at")
    return list(waiting.values_list("pk", flat=True)[:limit])


def _later(payment_id: int, reason: str, now: dt.datetime) -> None:
    with transaction.atomic():
        row = ProcessingFeeToRead.objects.select_for_update(no_key=True).filter(pk=payment_id).first()
        if row is None:
            return
        row.next_attempt_at = now + RETRY_AFTER[min(row.attempts, len(RETRY_AFTER) - 1)]
        row.attempts += 1
        row.last_error = reason[:300]
        row.save()
    log.warning("processing_fee_not_read", payment=payment_id, reason=reason, attempts=row.attempts)
