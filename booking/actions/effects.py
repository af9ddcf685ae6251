"""What the transitions of `booking.lifecycle` bring about, by the names of its table."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from booking import notifications, payment_states
from booking.actions import client_records, refunds
from booking.cancellation_terms import refundable
from booking.lifecycle import CARRIES_OUT, PREPARES, Effect, Passage, Step, Tell
from booking.models import Appointment, Payment, Proposal, Refund
from practitioners.models import ReviewInvitation

ANSWER_WITHIN = dt.timedelta(hours=48)  # well inside the seven days of a card authorisation
ANSWER_BEFORE = dt.timedelta(hours=2)
WITH_FILE = {"confirmed", "cancelled", "moved"}  # what changes a calendar
Handler = Callable[[Passage], None]


def _prepares(effect: Effect) -> Callable[[Handler], Handler]:
    """Runs before the row is saved: sets what is saved with it."""

    def keep(handler: Handler) -> Handler:
        PREPARES[effect] = handler
        return handler

    return keep


def _carries_out(effect: Effect) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        CARRIES_OUT[effect] = handler
        return handler

    return keep


def paid_cents(appointment: Appointment) -> int:
    """What the client has paid online, before refunds."""
    total = appointment.payments.filter(status=Payment.Status.PAID).aggregate(total=Sum("amount_cents"))["total"]
    return int(total or 0)


def refund_due(appointment: Appointment, *, now: dt.datetime) -> int:
    """Cents that cancelling at `now` gives back to the client, by the scale frozen at booking; what a request got is gone."""
    due = refundable(
        appointment.cancellation_tiers, paid=paid_cents(appointment), starts_at=appointment.starts_at, now=now
    )
    return min(due, refunds.left_cents(appointment)) if due else 0


def answer_by(*, booked_at: dt.datetime, starts_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Until when a request waits for its answer: two days, and two hours before the session at the latest."""
    return max(now, min(booked_at + ANSWER_WITHIN, starts_at - ANSWER_BEFORE))


@_prepares(Effect.FORGET_VISITOR)
def _forget(passage: Passage) -> None:
    """A time that nobody booked leaves no trace of who was about to, unless money was moved for it."""
    appointment = passage.appointment
    if appointment.payments.exists():
        return
    for name in ("first_name", "last_name", "email", "phone"):
        setattr(appointment, f"contact_{name}", "")
    appointment.attendee_first_name = appointment.attendee_last_name = ""
    appointment.home_street = appointment.home_complement = appointment.home_postal_code = ""
    appointment.home_commune = appointment.relative = None
    appointment.client = None


@_prepares(Effect.NOTE_BOOKING)
def _note_booking(passage: Passage) -> None:
    passage.appointment.booked_at = passage.now


@_prepares(Effect.SET_DEADLINE)
def _set_deadline(passage: Passage) -> None:
    passage.appointment.answer_by = answer_by(
        booked_at=passage.now, starts_at=passage.appointment.starts_at, now=passage.now
    )


@_prepares(Effect.NOTE_CANCELLATION)
def _note_cancellation(passage: Passage) -> None:
    passage.appointment.cancelled_at = passage.now
    passage.appointment.calendar_sequence += 1


@_prepares(Effect.ENTER_CLIENT)
def _enter_client(passage: Passage) -> None:
    if passage.appointment.client_id:
        client_records.enter(passage.appointment, now=passage.now)


@_carries_out(Effect.CLOSE_PROPOSALS)
def _close_proposals(passage: Passage) -> None:
    """Those that the client took or declined are closed already."""
    status = Proposal.Status.EXPIRED if passage.step == Step.LAPSE else Proposal.Status.WITHDRAWN
    waiting = passage.appointment.proposals.filter(status=Proposal.Status.OPEN)
    waiting.update(status=status, answered_at=passage.now)


@_prepares(Effect.GIVE_BACK_BY_SCALE)
def _count_by_scale(passage: Passage) -> None:
    _say_refund(passage, refund_due(passage.appointment, now=passage.now))


@_prepares(Effect.GIVE_BACK_ALL)
def _count_all(passage: Passage) -> None:
    _say_refund(passage, refunds.left_cents(passage.appointment))


def _say_refund(passage: Passage, due: int) -> None:
    passage.facts["refund_cents"] = due
    passage.detail = passage.detail or f"refund {due}"


@_carries_out(Effect.GIVE_BACK_BY_SCALE)
def _give_back_by_scale(passage: Passage) -> None:
    _give_back(passage, Refund.Cause.CLIENT)


@_carries_out(Effect.GIVE_BACK_ALL)
def _give_back_all(passage: Passage) -> None:
    _give_back(passage, Refund.Cause.PRACTITIONER)


def _give_back(passage: Passage, cause: Refund.Cause) -> None:
    """What was taken is refunded, up to what was announced."""
    due = passage.facts["refund_cents"]
    for payment in passage.appointment.payments.select_for_update(no_key=True).filter(status=Payment.Status.PAID):
        if due > 0:
            refund = refunds.order(payment=payment, amount_cents=due, cause=cause, now=passage.now)
            due -= refund.amount_cents if refund else 0


@_carries_out(Effect.LET_GO)
def _let_go(passage: Passage) -> None:
    """The task finds out at Stripe whether the money was taken meanwhile, and gives it back if so."""
    for payment in passage.appointment.payments.select_for_update(no_key=True).filter(status=Payment.Status.AUTHORISED):
        let_go(payment, now=passage.now)


def let_go(payment: Payment, *, now: dt.datetime) -> None:
    """Mark an authorisation for release; the task, or the sweep, carries it out."""
    payment_states.move(payment, payment_states.Step.LET_GO, now=now)

    def ask() -> None:
        from booking.tasks import check_payment
        from common.tasks import enqueue

        enqueue(check_payment, payment.pk)

    transaction.on_commit(ask)


@_carries_out(Effect.INVITE_TO_REVIEW)
def _invite_to_review(passage: Passage) -> None:
    """The right to one review, for a session that took place; who writes it and when is the reviews' affair."""
    appointment = passage.appointment
    if appointment.client is None:
        return
    ReviewInvitation.objects.get_or_create(
        reference=_invitation(appointment),
        defaults={
            "practitioner": appointment.practitioner,
            "client": appointment.client,
            "service_name": appointment.service_name,
            "happened_on": appointment.starts_at.astimezone(ZoneInfo(appointment.timezone)).date(),
        },
    )


@_carries_out(Effect.WITHDRAW_INVITATION)
def _withdraw_invitation(passage: Passage) -> None:
    """A session that did not take place is not reviewed; a review that was written stays, and may be reported."""
    ReviewInvitation.objects.filter(reference=_invitation(passage.appointment), review=None).delete()


def _invitation(appointment: Appointment) -> str:
    return f"appointment-{appointment.reference}"


def _tell(passage: Passage, told: list[Tell]) -> None:
    """Those who are told the same are told together: one insert, one task."""
    for kind in dict.fromkeys(tell.kind for tell in told):
        facts = dict(passage.facts)
        if kind == "refused":
            facts["unanswered"] = passage.step == Step.LAPSE
        if kind == "cancelled":
            facts.setdefault("ending", "")
            facts["by_client"] = passage.step == Step.CANCEL_BY_CLIENT
        readers = tuple(tell.reader for tell in told if tell.kind == kind)
        notifications.tell(passage.appointment, kind, to=readers, with_file=kind in WITH_FILE, **facts)


CARRIES_OUT[Tell] = _tell
