"""What a payment and its refunds write in the ledger, in the transaction that records them."""

import datetime as dt
from typing import TypedDict

from django.db.models import Sum

from booking.ledger.accounts import GUESTS, PLATFORM, STRIPE, Account, client, practitioner
from booking.ledger.posting import post
from booking.models import LedgerLine, LedgerTransaction, Payment, ProcessingFeeToRead, Refund
from common.money import share_of

Kind = LedgerTransaction.Kind


def payment_taken(payment: Payment, *, now: dt.datetime) -> None:
    """The client's money is on the practitioner's account, our fee on ours; Stripe's own fee is asked for afterwards."""
    whose, mark = practitioner(payment.account.practitioner_id), f"payment-{payment.pk}"
    facts = facts_of(payment, now)
    payer = payer_of(payment)
    post(kind=Kind.PAYMENT, key=mark, lines={payer: -payment.amount_cents, whose: payment.amount_cents}, **facts)
    if payment.fee_cents:
        lines = {whose: -payment.fee_cents, PLATFORM: payment.fee_cents}
        post(kind=Kind.FEE, key=f"{mark}-fee", lines=lines, **facts)
    if LedgerTransaction.objects.filter(key=f"{mark}-stripe").exists():
        return
    ProcessingFeeToRead.objects.get_or_create(payment=payment, defaults={"next_attempt_at": now})


def processing_fee_known(payment: Payment, *, cents: int, now: dt.datetime) -> None:
    """What Stripe says that it took for the payment, out of the platform's own money."""
    if cents:
        post(
            kind=Kind.STRIPE_FEE,
            key=f"payment-{payment.pk}-stripe",
            lines={PLATFORM: -cents, STRIPE: cents},
            **facts_of(payment, now),
        )
    ProcessingFeeToRead.objects.filter(payment=payment).delete()


def refund_done(refund: Refund, *, now: dt.datetime) -> None:
    """The money went back to the client; with `returns_fee`, its share of our fee to the practitioner."""
    payment = refund.payment
    whose, mark = practitioner(payment.account.practitioner_id), f"refund-{refund.pk}"
    facts = facts_of(payment, now)
    returned = fee_returned(refund) if refund.returns_fee else 0
    payer = payer_of(payment)
    lines = {whose: -refund.amount_cents, payer: refund.amount_cents}
    if post(kind=Kind.REFUND, key=mark, lines=lines, **facts) and returned:
        post(kind=Kind.FEE_RETURN, key=f"{mark}-fee", lines={PLATFORM: -returned, whose: returned}, **facts)


def refund_came_back(refund: Refund, *, now: dt.datetime) -> None:
    """The client's bank did not take a refund that was recorded: the practitioner has the money again."""
    if not LedgerTransaction.objects.filter(key=f"refund-{refund.pk}").exists():
        return
    payment = refund.payment
    lines = {
        payer_of(payment): -refund.amount_cents,
        practitioner(payment.account.practitioner_id): refund.amount_cents,
    }
    post(
        kind=Kind.REFUND_FAILED,
        key=f"refund-{refund.pk}-failed",
        lines=lines,
        **facts_of(payment, now),
    )


def fee_returned(refund: Refund) -> int:
    """Cents of our fee that go back with a refund, as Stripe computes them: its share, half up; the last refund the rest."""
    payment = refund.payment
    left = payment.fee_cents - _moved(payment, Kind.FEE_RETURN)
    before = _moved(payment, Kind.REFUND) - _moved(payment, Kind.REFUND_FAILED)
    if before + refund.amount_cents >= payment.amount_cents:
        return left
    return min(left, share_of(payment.fee_cents, refund.amount_cents, payment.amount_cents))


class Facts(TypedDict):
    at: dt.datetime
    appointment_id: int
    payment_id: int


def facts_of(payment: Payment, at: dt.datetime) -> Facts:
    return {"at": at, "appointment_id": payment.appointment_id, "payment_id": payment.pk}


def _moved(payment: Payment, kind: Kind) -> int:
    lines = LedgerLine.objects.filter(transaction__payment=payment, transaction__kind=kind, amount_cents__gt=0)
    return int(lines.aggregate(n=Sum("amount_cents"))["n"] or 0)


def payer_of(payment: Payment) -> Account:
    """The account that paid: it stays the payer of what is given back, whatever became of the appointment since."""
    paid = LedgerLine.objects.filter(transaction__key=f"payment-{payment.pk}", amount_cents__lt=0).first()
    if paid:
        return Account.parse(paid.account)
    client_id = payment.appointment.client_id
    return client(client_id) if client_id else GUESTS
