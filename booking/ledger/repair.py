"""Movements that payments and refunds should have written and did not: those from before there was a ledger, for one."""

import datetime as dt

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from booking.ledger import entries
from booking.models import LedgerTransaction, Payment, Refund


@transaction.atomic
def write_missing(*, now: dt.datetime) -> int:
    """Write them at the moment when the money moved; what is there already stays as it is. Returns how many rows lacked one."""
    count = 0
    paid = Payment.objects.filter(~_posted("payment-"), status=Payment.Status.PAID)
    for payment in paid.select_related("account", "appointment").iterator(chunk_size=500):
        entries.payment_taken(payment, now=payment.paid_at or now)
        count += 1
    done = Refund.objects.filter(~_posted("refund-"), status=Refund.Status.DONE).order_by("pk")
    for refund in done.select_related("payment__account", "payment__appointment").iterator(chunk_size=500):
        entries.refund_done(refund, now=refund.settled_at or now)
        count += 1
    return count


def _posted(prefix: str) -> Exists:
    key = Concat(Value(prefix), Cast(OuterRef("pk"), CharField()))
    return Exists(LedgerTransaction.objects.filter(key=key))
