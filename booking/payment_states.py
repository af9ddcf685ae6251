"""The states of a payment as one table: a step that is not here does not exist.

The code (`move`), the database's own refusal (`payment_states_sql`), the tests and the diagram of docs/payments.md
(`manage.py draw_lifecycle`) are all made from it. The caller of `move` holds the row's lock. What a step leads to, for the
appointment, is `booking.actions.payments`; whoever else must know (the ledger) listens to `payment_changed`.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from booking.models import Payment, PaymentEvent
from booking.signals import payment_changed
from common.errors import Conflict

Status = Payment.Status


class Step(StrEnum):
    OPEN = "open"
    AUTHORISE = "authorise"
    PAY = "pay"
    LET_GO = "let_go"
    RELEASE = "release"
    EXPIRE = "expire"
    FAIL = "fail"


@dataclass(frozen=True)
class Transition:
    """`cause`: what must be known before the step is taken."""

    sources: frozenset[Status]
    target: Status
    cause: str


def _row(sources: set[Status], to: Status, cause: str) -> Transition:
    return Transition(frozenset(sources), to, cause)


_S = Status
TRANSITIONS: dict[Step, Transition] = {
    Step.OPEN: _row({_S.CREATING}, _S.OPEN, "Stripe answered with the session: the client has its page"),
    # Late money is money: a session that was thought to be over may turn out to be paid.
    Step.AUTHORISE: _row(
        {_S.CREATING, _S.OPEN, _S.EXPIRED}, _S.AUTHORISED, "the session is complete, its money waits for the capture"
    ),
    Step.PAY: _row(
        {_S.CREATING, _S.OPEN, _S.AUTHORISED, _S.RELEASING, _S.EXPIRED, _S.FAILED},
        _S.PAID,
        "Stripe says that the money was taken",
    ),
    Step.LET_GO: _row({_S.AUTHORISED}, _S.RELEASING, "the appointment was refused, cancelled or lost its time"),
    Step.RELEASE: _row(
        {_S.CREATING, _S.OPEN, _S.AUTHORISED, _S.RELEASING}, _S.RELEASED, "the payment intent is cancelled at Stripe"
    ),
    Step.EXPIRE: _row({_S.CREATING, _S.OPEN}, _S.EXPIRED, "the session expired for certain"),
    Step.FAIL: _row({_S.CREATING}, _S.FAILED, "Stripe refused to open the session, or said that it failed"),
}


class IllegalPaymentStep(Conflict):
    """The payment is no longer in a state from which this can be done."""


def may(payment: Payment, step: Step) -> bool:
    return payment.status in TRANSITIONS[step].sources


def move(payment: Payment, step: Step, *, now: dt.datetime, detail: str = "") -> Payment:
    """Take `step`: save the row with whatever the caller set on it, record it, tell who listens. Raises IllegalPaymentStep."""
    if not may(payment, step):
        raise IllegalPaymentStep
    before, payment.status = payment.status, TRANSITIONS[step].target
    if payment.status == Status.PAID:
        payment.paid_at = now
    payment.save()
    PaymentEvent.objects.create(
        payment=payment, step=step, before=before, after=payment.status, at=now, detail=detail[:200]
    )
    payment_changed.send(sender=Payment, payment=payment, step=step, before=before, now=now)
    return payment
