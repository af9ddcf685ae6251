"""Giving back a paid period, whole or in part: ordered in the transaction that decides it, carried out until Stripe has it."""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from booking import stripe_gateway
from booking.actions import invoices, subscription_money
from booking.actions.invoices import Line
from booking.errors import InvoiceFactsMissing
from booking.ledger import subscription_entries
from booking.models import SubscriptionPayment, SubscriptionRefund
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.tasks import enqueue

log = structlog.get_logger(__name__)
Status = SubscriptionRefund.Status
SETTLED = {"succeeded": Status.DONE, "failed": Status.FAILED, "canceled": Status.FAILED}


def order(
    *,
    payment: SubscriptionPayment,
    amount_cents: int,
    cause: SubscriptionRefund.Cause,
    decided_by: User | None = None,
    reason: str = "",
    now: dt.datetime,
) -> SubscriptionRefund:
    """Within the caller's transaction; the database refuses more than was paid."""
    row = SubscriptionRefund.objects.create(
        payment=payment, amount_cents=amount_cents, cause=cause, decided_by=decided_by, reason=reason, ordered_at=now
    )

    def ask() -> None:
        from booking.tasks import send_subscription_refund

        enqueue(send_subscription_refund, row.pk)

    transaction.on_commit(ask)
    return row


def unfinished() -> list[int]:
    """Those that Stripe does not have, and those given back without their credit note."""
    rows = SubscriptionRefund.objects.filter(Q(status=Status.PENDING) | Q(status=Status.DONE, credit_note=None))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:100])


def send(*, refund_id: int, now: dt.datetime) -> None:
    """Ask Stripe for it, or how it stands; may be called any number of times."""
    row = _with_all().get(pk=refund_id)
    if row.status == Status.PENDING:
        try:
            found, status = _ask(row)
        except StripeUnreachable as error:
            _note(refund_id, str(error), answered=error.answered)
            return
        except StripeRefused as error:
            log.error("subscription_refund_refused", refund=refund_id, error=error.reason)
            _note(refund_id, error.reason, answered=True, status=Status.FAILED)
            return
        settle(refund_id=refund_id, stripe_id=found, stripe_status=status, now=now)
    credit(refund_id=refund_id, now=now)


def _ask(row: SubscriptionRefund) -> tuple[str, str]:
    """A failure that Stripe answered stays with its key: it is looked for first, then asked with another."""
    intent = row.payment.payment_intent
    if row.refund_id:
        return row.refund_id, stripe_gateway.read_refund(account="", refund_id=row.refund_id)
    if row.attempts:
        known = stripe_gateway.find_refund(account="", payment_intent=intent, mark=row.mark)
        if known:
            return known
    return stripe_gateway.refund(
        account="",
        payment_intent=intent,
        amount_cents=row.amount_cents,
        returns_fee=False,
        mark=row.mark,
        key=row.idempotency_key,
    )


@transaction.atomic
def settle(*, refund_id: int, stripe_id: str, stripe_status: str, now: dt.datetime) -> None:
    """Record what Stripe says of it; a card may refuse a refund days later."""
    row = _with_all().select_for_update(no_key=True, of=("self",)).get(pk=refund_id)
    row.refund_id = stripe_id
    row.status = SETTLED.get(stripe_status, Status.PENDING)
    if row.status == Status.DONE and row.settled_at is None:
        row.settled_at = now
    row.save(update_fields=["refund_id", "status", "settled_at"])
    if row.status == Status.DONE:
        subscription_entries.refund_done(row, now=now)
    elif row.status == Status.FAILED:
        subscription_entries.refund_came_back(row, now=now)


def refresh(*, refund_id: int, stripe_id: str, now: dt.datetime) -> None:
    """Something is said of it: read it anew. Raises StripeUnreachable, StripeRefused."""
    status = stripe_gateway.read_refund(account="", refund_id=stripe_id)
    settle(refund_id=refund_id, stripe_id=stripe_id, stripe_status=status, now=now)
    credit(refund_id=refund_id, now=now)


@transaction.atomic
def credit(*, refund_id: int, now: dt.datetime) -> None:
    """The credit note of what went back, once the period has its invoice."""
    row = _with_all().select_for_update(no_key=True, of=("self",)).get(pk=refund_id)
    if row.status != Status.DONE or row.credit_note_id:
        return
    try:
        invoice = row.payment.invoice or subscription_money.invoice(payment_id=row.payment_id, now=now)
    except InvoiceFactsMissing as error:
        log.error("subscription_refund_not_credited", refund=refund_id, error=str(error))
        return
    with translation.override("fr"):
        words = {
            "reference": row.payment.subscription.reference,
            "cause": row.reason.rstrip(".") or str(row.get_cause_display()),
        }
        label = _("Given back, subscription %(reference)s") % words
        reason = _("Subscription %(reference)s: %(cause)s.") % words
        row.credit_note = invoices.credit(
            invoice=invoice, lines=[Line(label=label, gross_cents=row.amount_cents)], reason=reason, now=now
        )
    row.save(update_fields=["credit_note"])


def _with_all() -> QuerySet[SubscriptionRefund]:
    return SubscriptionRefund.objects.select_related(
        "payment__subscription__version", "payment__subscription__subscriber", "payment__invoice"
    )


def _note(refund_id: int, error: str, *, answered: bool, status: SubscriptionRefund.Status = Status.PENDING) -> None:
    with transaction.atomic():
        row = SubscriptionRefund.objects.select_for_update(no_key=True).get(pk=refund_id)
        if row.status != Status.PENDING:
            return  # a notification told its end meanwhile
        row.attempts += answered
        row.last_error = error[:300]
        row.status = status
        row.save(update_fields=["attempts", "last_error", "status"])
