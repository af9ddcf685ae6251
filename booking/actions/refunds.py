"""Giving money back: ordered in the transaction that decides it, carried out by a task until Stripe has it."""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import Q, Sum

from booking import stripe_gateway
from booking.errors import MoreThanPaid
from booking.ledger import entries
from booking.models import Appointment, Dispute, Payment, Refund
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common.tasks import enqueue

log = structlog.get_logger(__name__)
SETTLED = {"succeeded": Refund.Status.DONE, "failed": Refund.Status.FAILED, "canceled": Refund.Status.FAILED}


def order(
    *, payment: Payment, amount_cents: int, cause: Refund.Cause, returns_fee: bool = False, now: dt.datetime
) -> Refund | None:
    """Order the refund of `amount_cents` of a payment whose row is locked; never more than what is left of it.

    What came too late is owed whatever the client's bank does meanwhile: its order stands beside a dispute, is refused by Stripe
    as long as that lasts, and given again when it is won (`withheld_refunds`). So news in any order end alike.
    """
    before = payment.refunds.exclude(status=Refund.Status.FAILED).aggregate(total=Sum("amount_cents"))["total"] or 0
    contested = 0 if cause == Refund.Cause.LATE else _contested(Q(payment=payment))
    amount = min(amount_cents, payment.amount_cents - before - contested)
    if amount <= 0:
        return None
    refund = Refund.objects.create(
        payment=payment,
        amount_cents=amount,
        cause=cause,
        # Stripe refuses to give back a fee that was never taken.
        returns_fee=returns_fee and payment.fee_cents > 0,
        ordered_at=now,
    )

    def ask() -> None:
        from booking.tasks import send_refund

        enqueue(send_refund, refund.pk)

    transaction.on_commit(ask)
    return refund


@transaction.atomic
def order_in_all(*, appointment_id: int, amount_cents: int, cause: Refund.Cause, now: dt.datetime) -> list[Refund]:
    """Order `amount_cents` over the payments of an appointment, the oldest first; their rows are locked. Raises MoreThanPaid."""
    rows = Payment.objects.select_for_update(no_key=True).filter(appointment=appointment_id, status=Payment.Status.PAID)
    left, ordered = amount_cents, []
    for payment in rows.order_by("attempt"):
        refund = order(payment=payment, amount_cents=left, cause=cause, now=now) if left > 0 else None
        if refund:
            ordered.append(refund)
            left -= refund.amount_cents
    if left or not ordered:
        raise MoreThanPaid
    return ordered


def left_cents(appointment: Appointment) -> int:
    """What was paid online and was not given back, nor is about to be: no refund announces or orders more."""
    paid = appointment.payments.filter(status=Payment.Status.PAID).aggregate(n=Sum("amount_cents"))["n"] or 0
    if not paid:
        return 0
    back = Refund.objects.filter(payment__appointment=appointment, payment__status=Payment.Status.PAID)
    given = back.exclude(status=Refund.Status.FAILED).aggregate(n=Sum("amount_cents"))["n"] or 0
    return max(0, int(paid) - int(given) - _contested(Q(payment__appointment=appointment)))


def _contested(whose: Q) -> int:
    """What the client's bank took back already: giving it back as well would pay the client twice."""
    taken = Dispute.objects.filter(whose, status__in=Dispute.TAKES).aggregate(n=Sum("amount_cents"))["n"]
    return int(taken or 0)


def send(*, refund_id: int, now: dt.datetime) -> None:
    """Ask Stripe for it, with a key that makes asking twice harmless. Silence leaves it pending for the next sweep."""
    refund = Refund.objects.select_related("payment__account").get(pk=refund_id)
    if refund.status != Refund.Status.PENDING:
        return
    account = refund.payment.account.account_id
    try:
        found, status = _ask(refund, account)
    except StripeUnreachable as error:
        _note(refund_id, str(error), answered=error.answered)
        return
    except StripeRefused as error:
        # Shown to both as not gone through; staff read the reason in the register.
        log.error("refund_refused", refund=refund_id, error=error.reason)
        _note(refund_id, error.reason, answered=True, status=Refund.Status.FAILED)
        return
    settle(refund_id=refund_id, stripe_id=found, stripe_status=status, now=now)


def refresh(*, refund_id: int, now: dt.datetime) -> None:
    """Ask Stripe how a refund stands, whatever is thought of it here. Raises StripeUnreachable, StripeRefused."""
    refund = Refund.objects.select_related("payment__account").get(pk=refund_id)
    if refund.refund_id is None:
        send(refund_id=refund_id, now=now)
        return
    status = stripe_gateway.read_refund(account=refund.payment.account.account_id, refund_id=refund.refund_id)
    settle(refund_id=refund_id, stripe_id=refund.refund_id, stripe_status=status, now=now)


def _ask(refund: Refund, account: str) -> tuple[str, str]:
    """A failure that Stripe answered stays with its key: it is looked for first, then asked with another."""
    if refund.refund_id:
        return refund.refund_id, stripe_gateway.read_refund(account=account, refund_id=refund.refund_id)
    intent = refund.payment.payment_intent
    if refund.attempts:
        known = stripe_gateway.find_refund(account=account, payment_intent=intent, mark=refund.mark)
        if known:
            return known
    return stripe_gateway.refund(
        account=account,
        payment_intent=intent,
        amount_cents=refund.amount_cents,
        returns_fee=refund.returns_fee,
        mark=refund.mark,
        key=refund.idempotency_key,
    )


@transaction.atomic
def settle(*, refund_id: int, stripe_id: str, stripe_status: str, now: dt.datetime) -> None:
    """Record what Stripe says of it; a card may refuse a refund days later."""
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
    refund.refund_id = stripe_id
    refund.status = SETTLED.get(stripe_status, Refund.Status.PENDING)
    if refund.status == Refund.Status.DONE and refund.settled_at is None:
        refund.settled_at = now
    refund.save(update_fields=["refund_id", "status", "settled_at"])
    if refund.status == Refund.Status.DONE:
        entries.refund_done(refund, now=now)
    elif refund.status == Refund.Status.FAILED:
        entries.refund_came_back(refund, now=now)


def _note(refund_id: int, error: str, *, answered: bool, status: Refund.Status = Refund.Status.PENDING) -> None:
    with transaction.atomic():
        refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
        if refund.status != Refund.Status.PENDING:
            return  # a notification told its end meanwhile
        refund.attempts += answered
        refund.last_error = error[:300]
        refund.status = status
        refund.save(update_fields=["attempts", "last_error", "status"])
