"""Withdrawing from a distance contract: declared, kept with what the law makes of it, carried out, receipted.

A declaration is never refused for want of data: one whose contract is not found is kept and receipted as it is, and staff look for
the contract. Where the law gives the right, the contract ends and the money goes back in the same transaction; elsewhere the
practitioner is asked, who may agree all the same.
"""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import User
from booking import lifecycle
from booking.actions import client_requests, effects, refunds, subscription_ends, subscriptions, withdrawal_mails
from booking.actions.appointments import locked
from booking.actions.withdrawal_findings import finding
from booking.errors import AmountChanged, RequestOpen
from booking.lifecycle import Step
from booking.models import (
    Appointment,
    AppointmentEvent,
    ClientRequest,
    Refund,
    ServiceSubscription,
    Standing,
    Withdrawal,
    WithdrawalStep,
    WithdrawalWords,
)
from booking.models.withdrawal import LONGEST_CONTRACT
from booking.withdrawal_terms import NOT_FOUND, Finding

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
Contract = Appointment | ServiceSubscription
ASKS_PRACTITIONER = {Standing.LATE, Standing.PERFORMED, Standing.DATED, Standing.DOUBTFUL}


@dataclass(frozen=True)
class Declaration:
    name: str
    email: str
    contract: str


@transaction.atomic
def declare(
    *,
    key: uuid.UUID,
    said: Declaration,
    appointment_id: int | None = None,
    subscription_id: int | None = None,
    is_own: bool,
    announced_cents: int,
    actor: User | None,
    now: dt.datetime,
) -> Withdrawal:
    """Keep the declaration and do what it brings about; the same `key` again is the same declaration.

    Raises AmountChanged when what would be given back is no longer what the page announced.
    """
    contract = _locked(appointment_id, subscription_id)
    known = Withdrawal.objects.filter(key=key).first()
    if known:
        return known
    found = finding(contract, now=now) if contract else NOT_FOUND
    if found.refund != announced_cents:
        raise AmountChanged
    own, typed, none = Withdrawal.Known.OWN, Withdrawal.Known.TYPED, Withdrawal.Known.NOT
    try:
        with transaction.atomic():
            row = Withdrawal.objects.create(
                reference="R-" + "".join(secrets.choice(LETTERS) for _ in range(8)),
                key=key,
                declared_at=now,
                actor=actor,
                known=none if contract is None else own if is_own else typed,
                appointment_id=appointment_id,
                subscription_id=subscription_id,
                standing=found.standing,
                concluded_at=found.concluded_at,
                until=found.until,
                paid_cents=_paid(contract) if contract else 0,
                owed_cents=found.owed,
                refund_cents=found.refund,
            )
    except IntegrityError:
        # The same page was confirmed twice at once.
        return Withdrawal.objects.get(key=key)
    words = WithdrawalWords.objects.create(
        withdrawal=row, name=said.name, email=said.email, contract=said.contract[:LONGEST_CONTRACT]
    )
    if contract:
        _carry_out(contract, found, declared_at=now, actor=actor, now=now)
    withdrawal_mails.receipt(row, words, found, now=now)
    if contract:
        withdrawal_mails.tell_practitioner(row, contract, found)
    return row


def _locked(appointment_id: int | None, subscription_id: int | None) -> Contract | None:
    if subscription_id:
        return subscriptions.locked(subscription_id)
    return locked(appointment_id) if appointment_id else None


def _paid(contract: Contract) -> int:
    if isinstance(contract, ServiceSubscription):
        return sum(payment.amount_cents for payment in contract.payments.all())
    return effects.paid_cents(contract)


@transaction.atomic
def attach(*, withdrawal_id: int, meant: Contract, actor: User, now: dt.datetime) -> WithdrawalStep:
    """Staff found the contract: what the law gave at the moment of the declaration is carried out, and told to both."""
    is_session = isinstance(meant, Appointment)
    contract = locked(meant.pk) if is_session else subscriptions.locked(meant.pk)
    row = Withdrawal.objects.select_for_update(of=("self",), no_key=True).select_related("words").get(pk=withdrawal_id)
    known = row.steps.filter(what=WithdrawalStep.What.FOUND).first()
    if known:
        return known
    found = finding(contract, now=row.declared_at)
    step = WithdrawalStep.objects.create(
        withdrawal=row,
        what=WithdrawalStep.What.FOUND,
        at=now,
        actor=actor,
        appointment=contract if isinstance(contract, Appointment) else None,
        subscription=None if isinstance(contract, Appointment) else contract,
        standing=found.standing,
        refund_cents=found.refund,
    )
    _carry_out(contract, found, declared_at=row.declared_at, actor=actor, now=now)
    withdrawal_mails.found(row, contract, found)
    withdrawal_mails.tell_practitioner(row, contract, found)
    return step


@transaction.atomic
def answer(*, withdrawal_id: int, text: str, actor: User, now: dt.datetime) -> WithdrawalStep:
    """Staff write to whoever declared: what was looked for, what is missing."""
    row = Withdrawal.objects.select_for_update(of=("self",), no_key=True).select_related("words").get(pk=withdrawal_id)
    step = WithdrawalStep.objects.create(withdrawal=row, what=WithdrawalStep.What.ANSWERED, at=now, actor=actor)
    withdrawal_mails.answered(row, text, number=step.pk)
    return step


def _carry_out(
    contract: Contract, found: Finding, *, declared_at: dt.datetime, actor: User | None, now: dt.datetime
) -> None:
    if isinstance(contract, Appointment):
        _end_session(contract, found, actor=actor, now=now)
    elif found.ends_it:
        subscription_ends.withdraw(contract, declared_at=declared_at, now=now)


def _end_session(appointment: Appointment, found: Finding, *, actor: User | None, now: dt.datetime) -> None:
    if found.standing in ASKS_PRACTITIONER:
        _ask_practitioner(appointment, actor=actor, now=now)
    if not found.ends_it:
        return
    due = min(found.refund, refunds.left_cents(appointment))
    if due:
        refunds.order_in_all(appointment_id=appointment.pk, amount_cents=due, cause=Refund.Cause.WITHDRAWAL, now=now)
    detail = f"withdrawal, refund {due}"
    if lifecycle.may(appointment, Step.WITHDRAW):
        lifecycle.move(appointment, Step.WITHDRAW, by=AppointmentEvent.By.CLIENT, actor=actor, now=now, detail=detail)
        return
    # The session is past or cancelled already: its state stays, no time comes free.
    AppointmentEvent.objects.create(
        appointment=appointment,
        action="refund",
        before=appointment.status,
        after=appointment.status,
        by=AppointmentEvent.By.CLIENT,
        actor=actor,
        at=now,
        detail=detail,
    )


def _ask_practitioner(appointment: Appointment, *, actor: User | None, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            client_requests.open_request(
                appointment_id=appointment.pk, kind=ClientRequest.Kind.WITHDRAWAL, text="", actor=actor, now=now
            )
    except RequestOpen:
        return  # the practitioner was asked already
