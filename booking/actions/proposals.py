"""Other times for a request: proposed by the practitioner, taken or declined by the client (B2).

A proposed time is not held: the first who books it has it, and the client then chooses among the others. Money stays authorised
on the appointment; it is taken once the new time is the appointment's own, so that nobody pays for a time that was lost.
"""

import datetime as dt

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from booking import lifecycle, notifications, slots
from booking.actions import payments
from booking.actions.appointments import locked
from booking.actions.effects import ANSWER_BEFORE, ANSWER_WITHIN
from booking.actions.moving import take_time
from booking.actions.requests import AuthorisationGone
from booking.actions.taking import is_overlap, one_at_a_time
from booking.errors import AlreadyStarted, MoveRefused, NotBookable, ProposalGone, SlotTaken
from booking.lifecycle import By, Step
from booking.models import Appointment, Occupation, Payment, Proposal, Status
from common import wording
from common.errors import DomainError
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
# A card authorisation lasts seven days; everything ends a day before.
AUTHORISED_FOR = dt.timedelta(days=6)
AT_LEAST = dt.timedelta(hours=1)
FARTHEST = dt.timedelta(days=365)


def answer_until(appointment: Appointment, starts: list[dt.datetime], *, now: dt.datetime) -> dt.datetime:
    """Two days, before the last of the times and before the card's authorisation ends."""
    limits = [now + ANSWER_WITHIN, max(starts) - ANSWER_BEFORE]
    if appointment.booked_at:
        limits.append(appointment.booked_at + AUTHORISED_FOR)
    return min(limits)


@transaction.atomic
def propose(
    *, appointment_id: int, starts: list[dt.datetime], message: str = "", actor: User, now: dt.datetime
) -> Proposal:
    """Up to three other times; an earlier proposal is withdrawn. The client is told.

    Raises IllegalTransition (it no longer waits), MoveRefused with what is wrong about the times.
    """
    appointment = locked(appointment_id)
    if not lifecycle.may(appointment, Step.ACCEPT):
        raise lifecycle.IllegalTransition
    if appointment.proposals.filter(status=Proposal.Status.TAKEN).exists():
        raise lifecycle.IllegalTransition
    if appointment.practitioner.status != Practitioner.Status.LISTED:
        raise NotBookable
    starts = sorted(set(starts))
    if problem := _problem(appointment, starts, now):
        raise MoveRefused(problem)
    until = answer_until(appointment, starts, now=now)
    if until < now + AT_LEAST:
        raise MoveRefused(_("There is too little time left for the client to answer. Accept or refuse the request."))
    open_ones = appointment.proposals.filter(status=Proposal.Status.OPEN)
    open_ones.update(status=Proposal.Status.WITHDRAWN, answered_at=now)
    proposal = Proposal.objects.create(
        appointment=appointment, starts=starts, message=message, expires_at=until, created_at=now
    )
    appointment.answer_by = until
    appointment.save(update_fields=["answer_by"])
    lifecycle.record(
        appointment,
        "propose",
        before=appointment.status,
        by=By.PRACTITIONER,
        actor=actor,
        now=now,
        detail=", ".join(f"{start.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}" for start in starts),
    )
    times = ", ".join(wording.long_datetime(start, appointment.timezone, year=False) for start in starts)
    notifications.tell(appointment, "proposed", to=("client",), number=proposal.pk, until=until, times=times)
    return proposal


def _problem(appointment: Appointment, starts: list[dt.datetime], now: dt.datetime) -> str:
    if not starts:
        return _("Choose at least one time.")
    if len(starts) > Proposal.MOST:
        return _("Three times at most.")
    for start in starts:
        words = {"moment": wording.long_datetime(start, appointment.timezone, year=False)}
        if start <= now + AT_LEAST + ANSWER_BEFORE:
            return _("%(moment)s is too soon for the client to answer.") % words
        if start > now + FARTHEST:
            return _("%(moment)s is too far ahead.") % words
        if start == appointment.starts_at:
            return _("%(moment)s is the time that was asked for: accept the request instead.") % words
        if not is_free(appointment, start):
            return _("%(moment)s is already taken in your agenda.") % words
    return ""


def is_free(appointment: Appointment, start: dt.datetime) -> bool:
    """Whether nothing but the appointment itself occupies that time now."""
    found = _slot(appointment, start)
    before, after = appointment.starts_at - appointment.busy_start, appointment.busy_end - appointment.ends_at
    rows = Occupation.objects.filter(
        practitioner=appointment.practitioner_id, busy_start__lt=found.end + after, busy_end__gt=found.start - before
    )
    return not rows.exclude(appointment=appointment).exists()


def _slot(appointment: Appointment, start: dt.datetime) -> slots.Slot:
    return slots.Slot(
        start,
        start + (appointment.ends_at - appointment.starts_at),
        appointment.place_id,
        appointment.mode,
        appointment.service_id,
        appointment.timezone,
    )


def choose(*, appointment_id: int, start: dt.datetime, now: dt.datetime, actor: User | None = None) -> Appointment:
    """The client takes one of the proposed times: it becomes the appointment's own, then what was authorised is taken.

    Raises ProposalGone, SlotTaken (somebody else has it: choose another), AuthorisationGone, StripeUnreachable, StripeRefused.
    """
    try:
        with transaction.atomic():
            one_at_a_time(Appointment.objects.values_list("practitioner", flat=True).get(pk=appointment_id))
            appointment = locked(appointment_id)
            proposal = appointment.proposals.select_for_update(no_key=True).filter(status=Proposal.Status.OPEN).first()
            if proposal is None or appointment.status != Status.REQUESTED or proposal.expires_at <= now:
                raise ProposalGone
            if start not in proposal.starts or appointment.practitioner.status != Practitioner.Status.LISTED:
                raise ProposalGone
            if start <= now:
                raise AlreadyStarted(_("This time has passed. Choose another one."))
            take_time(appointment, slot=_slot(appointment, start), by=By.PRACTITIONER, actor=actor, now=now)
            proposal.status, proposal.chosen, proposal.answered_at = Proposal.Status.TAKEN, start, now
            proposal.save()
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken(_("This time has just been taken by somebody else.")) from error
    return finish(appointment_id=appointment_id, by=By.CLIENT, actor=actor, now=now)


def finish(*, appointment_id: int, by: By, actor: User | None = None, now: dt.datetime) -> Appointment:
    """Take the money of a request whose new time was chosen, then confirm. May run twice; the sweep ends what was lost."""
    authorised = (
        Payment.objects.filter(appointment=appointment_id, status=Payment.Status.AUTHORISED)
        .select_related("account")
        .first()
    )
    if authorised:
        payments.capture(payment=authorised)
    with transaction.atomic():
        appointment = locked(appointment_id)
        if appointment.status == Status.CONFIRMED:
            return appointment
        if authorised:
            if not payments.mark_captured(payment=authorised, now=now):
                raise lifecycle.IllegalTransition
        elif appointment.advance_cents and not appointment.payments.filter(status=Payment.Status.PAID).exists():
            raise AuthorisationGone
        return lifecycle.move(appointment, Step.AGREE, by=by, actor=actor, now=now)


@transaction.atomic
def decline(*, appointment_id: int, now: dt.datetime, actor: User | None = None) -> Appointment:
    """None of the times suits: the request ends, and nothing was charged. Raises ProposalGone."""
    appointment = locked(appointment_id)
    proposal = appointment.proposals.select_for_update(no_key=True).filter(status=Proposal.Status.OPEN).first()
    if proposal is None or not lifecycle.may(appointment, Step.CANCEL_BY_CLIENT):
        raise ProposalGone
    proposal.status, proposal.answered_at = Proposal.Status.DECLINED, now
    proposal.save()
    return lifecycle.move(appointment, Step.CANCEL_BY_CLIENT, by=By.CLIENT, actor=actor, now=now)


def left_half_done() -> list[int]:
    """Requests whose new time was chosen and that were not confirmed: the worker died, or Stripe was silent."""
    found = Appointment.objects.filter(status=Status.REQUESTED, proposals__status=Proposal.Status.TAKEN)
    return list(found.values_list("pk", flat=True).distinct()[:100])


def finish_lost_ones(*, now: dt.datetime) -> None:
    for appointment_id in left_half_done():
        try:
            finish(appointment_id=appointment_id, by=By.SYSTEM, now=now)
        except DomainError as error:
            # The card is no longer authorised, or Stripe is silent: the deadline of the request ends it.
            log.warning("agreement_not_finished", appointment=appointment_id, error=str(error))
