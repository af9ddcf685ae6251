"""Moving an appointment: by its client within the policy, by its practitioner whenever; same service, same money.

The row keeps everything that was frozen but its time; the database refuses an overlap whatever was judged before.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from booking import lifecycle, move_terms, notifications, obstacles, slots
from booking.actions import refunds
from booking.actions.appointments import locked
from booking.actions.effects import answer_by, paid_cents
from booking.actions.taking import free_lapsed, is_overlap, one_at_a_time
from booking.cancellation_terms import Line, Tier, dated_lines, refundable
from booking.errors import AlreadyStarted, MoveRefused, OutsideHours, PastTime, SlotTaken
from booking.lifecycle import By
from booking.models import Appointment, GroupSession, Occupation, Proposal, Status
from practitioners.models import PracticePlace, Practitioner

MOVE = "move"
SHORTEST, LONGEST = 5, 12 * 60


@dataclass(frozen=True)
class Consequence:
    """What moving to a time means, said before it happens. Cents; `refusal` is why the client may not, empty when allowed.

    `refund_now` is what cancelling gives back now, `refund_after` what it would give just after the client's move, `lines` the
    dated scale then; `warnings` is what a practitioner should know (opening hours, own times, calendars elsewhere).
    """

    appointment: Appointment
    start: dt.datetime
    refusal: str
    until: dt.datetime
    moves_left: int
    paid: int
    refund_now: int
    refund_after: int
    lines: list[Line]

    @cached_property
    def warnings(self) -> list[str]:
        return warnings_of(self.appointment, self.start)


@dataclass(frozen=True)
class _Time:
    start: dt.datetime
    end: dt.datetime
    place_id: int | None
    zone: str
    group_id: int | None = None


@contextmanager
def as_if_gone(appointment: Appointment) -> Iterator[None]:
    """Inside, the appointment's own time counts as free: it may be moved by half an hour. Nothing of it is kept."""
    with transaction.atomic():
        Occupation.objects.filter(appointment=appointment).delete()
        yield
        transaction.set_rollback(True)


def refusal(appointment: Appointment, *, now: dt.datetime) -> str:
    """Why its client may not move it now, in words; empty when allowed."""
    terms = move_terms.terms_of(appointment)
    if appointment.practitioner.status != Practitioner.Status.LISTED:
        return _("This practitioner takes no bookings any more: the appointment cannot be moved.")
    if appointment.status == Status.CONFIRMED and appointment.on_request:
        return _("This session was accepted for its time: only the practitioner can move it. You may write to them.")
    if not move_terms.is_movable(appointment):
        return _("This appointment cannot be moved.")
    if not terms.most:
        return _("This practitioner does not let clients move a session. You may cancel it.")
    if appointment.moves >= terms.most:
        return _("This appointment was already moved as often as the policy allows.")
    if now > terms.until(appointment.starts_at):
        return _("It is too late to move this appointment: it could be moved until %(hours)s hours before.") % {
            "hours": terms.hours
        }
    return ""


def consequence(*, appointment: Appointment, start: dt.datetime | None = None, now: dt.datetime) -> Consequence:
    """Of moving to `start`; without it, of moving at all (to the same time)."""
    start = start or appointment.starts_at
    paid, terms = paid_cents(appointment), move_terms.terms_of(appointment)
    every = dated_lines(move_terms.tiers_after(appointment, now=now), paid=paid, starts_at=start, now=now)
    left = refunds.left_cents(appointment) if paid else 0
    lines = [replace(line, refund=min(line.refund, left)) for line in every if line.until is None or line.until >= now]
    return Consequence(
        appointment=appointment,
        start=start,
        refusal=refusal(appointment, now=now),
        until=terms.until(appointment.starts_at),
        moves_left=max(0, terms.most - appointment.moves),
        paid=paid,
        refund_now=min(
            left, refundable(appointment.cancellation_tiers, paid=paid, starts_at=appointment.starts_at, now=now)
        ),
        refund_after=next((line.refund for line in lines if line.current), 0),
        lines=lines,
    )


def warnings_of(appointment: Appointment, start: dt.datetime) -> list[str]:
    return obstacles.in_words(
        appointment,
        start=start,
        end=start + (appointment.ends_at - appointment.starts_at),
        place_id=appointment.place_id,
        zone=ZoneInfo(appointment.timezone),
    )


def move_by_client(
    *, appointment_id: int, start: dt.datetime, now: dt.datetime, actor: User | None = None
) -> Appointment:
    """Within the policy frozen at booking, to a time that is offered. Raises AlreadyStarted, MoveRefused, SlotTaken."""
    with _queueing(appointment_id) as appointment:
        if now >= appointment.starts_at:
            raise AlreadyStarted(_("The appointment has started: it can no longer be moved."))
        if why := refusal(appointment, now=now):
            raise MoveRefused(why)
        if appointment.status == Status.REQUESTED and _is_being_confirmed(appointment):
            raise MoveRefused(_("The time you chose is being confirmed."))
        if start == appointment.starts_at:
            raise MoveRefused(_("This is already the time of your appointment."))
        found = free_slot(appointment, start=start, now=now)
        if found is None:
            raise SlotTaken
        appointment.moves += 1
        new = _Time(found.start, found.end, found.place_id, found.zone, found.group_id)
        tiers = move_terms.tiers_after(appointment, now=now)
        before = _take(appointment, new, tiers=tiers, by=By.CLIENT, actor=actor, now=now)
        _tell(appointment, before, to=("client", "practitioner"), by_client=True)
    return appointment


def _is_being_confirmed(appointment: Appointment) -> bool:
    """One of the proposed times was chosen; its money is about to be taken."""
    return appointment.proposals.filter(status=Proposal.Status.TAKEN).exists()


def free_slot(appointment: Appointment, *, start: dt.datetime, now: dt.datetime) -> slots.Slot | None:
    """The offered time that starts then, as if this appointment were not there."""
    with as_if_gone(appointment):
        return slots.slot_at(practitioner=appointment.practitioner, service=appointment.service, start=start, now=now)


def move_by_practitioner(
    *,
    appointment_id: int,
    start: dt.datetime,
    now: dt.datetime,
    actor: User,
    tell: bool,
    place_id: int | None = None,
    minutes: int | None = None,
    despite: bool = False,
    agreed: bool = False,
) -> Appointment:
    """Any time before it starts, to any time to come; place and length may change, the price does not.

    Raises AlreadyStarted, PastTime, MoveRefused, SlotTaken (another appointment is there, always refused), and OutsideHours
    with what is in the way unless `despite`. The client may then cancel and get everything back, unless the move was `agreed`.
    """
    with _queueing(appointment_id) as appointment:
        if now >= appointment.starts_at:
            raise AlreadyStarted(_("The appointment has started: it can no longer be moved."))
        new = _chosen(appointment, start, place_id, minutes, now)
        warnings = obstacles.in_words(
            appointment, start=new.start, end=new.end, place_id=new.place_id, zone=ZoneInfo(new.zone)
        )
        if warnings and not despite:
            raise OutsideHours(" ".join(warnings))
        elsewhere = (new.start, new.place_id) != (appointment.starts_at, appointment.place_id)
        tiers = move_terms.FREELY if elsewhere and not agreed else appointment.cancellation_tiers
        before = _take(appointment, new, tiers=tiers, by=By.PRACTITIONER, actor=actor, now=now)
        if tell:
            free = bool(elsewhere and not agreed and paid_cents(appointment))
            _tell(appointment, before, to=("client",), by_client=False, free_cancel=free)
    return appointment


def _chosen(
    appointment: Appointment, start: dt.datetime, place_id: int | None, minutes: int | None, now: dt.datetime
) -> _Time:
    if appointment.practitioner.status != Practitioner.Status.LISTED:
        raise MoveRefused(_("Your page is not listed: nothing can be moved to another time."))
    if appointment.status == Status.REQUESTED:
        raise MoveRefused(_("This request waits for your answer: propose other times instead."))
    if appointment.status != Status.CONFIRMED:
        raise MoveRefused
    if appointment.group_id:
        raise MoveRefused(_("This is a seat of a group session: move the session itself."))
    if start <= now:
        raise PastTime
    if minutes is not None and not SHORTEST <= minutes <= LONGEST:
        raise MoveRefused(_("A session lasts between 5 minutes and 12 hours."))
    lasts = dt.timedelta(minutes=minutes) if minutes else appointment.ends_at - appointment.starts_at
    place, zone = appointment.place, appointment.timezone
    if place_id is not None and place_id != appointment.place_id:
        place = PracticePlace.objects.filter(practitioner=appointment.practitioner_id, pk=place_id).first()
        if place is None or appointment.mode != "cabinet":
            raise MoveRefused(_("This session cannot take place there."))
        zone = place.timezone
    return _Time(start, start + lasts, place.pk if place else None, zone)


@contextmanager
def _queueing(appointment_id: int) -> Iterator[Appointment]:
    """The locked row, once those who book or move with this practitioner are through. An overlap is SlotTaken."""
    try:
        with transaction.atomic():
            one_at_a_time(Appointment.objects.values_list("practitioner", flat=True).get(pk=appointment_id))
            yield locked(appointment_id)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken from error


def take_time(appointment: Appointment, *, slot: slots.Slot, by: By, actor: User | None, now: dt.datetime) -> None:
    """Bring a locked row to a time that was agreed on otherwise (a proposal). An overlap is an IntegrityError."""
    new = _Time(slot.start, slot.end, slot.place_id, slot.zone)
    _take(appointment, new, tiers=appointment.cancellation_tiers, by=by, actor=actor, now=now)


def _take(
    appointment: Appointment, new: _Time, *, tiers: list[Tier], by: By, actor: User | None, now: dt.datetime
) -> dt.datetime:
    """Save the new time with its pauses as they were, and record it. Returns the old start."""
    before = appointment.starts_at
    pauses = before - appointment.busy_start, appointment.busy_end - appointment.ends_at
    appointment.starts_at, appointment.ends_at = new.start, new.end
    appointment.busy_start, appointment.busy_end = new.start - pauses[0], new.end + pauses[1]
    if new.group_id:
        group = GroupSession.objects.get(pk=new.group_id)
        appointment.group, appointment.busy_start, appointment.busy_end = group, group.busy_start, group.busy_end
    appointment.place_id, appointment.timezone = new.place_id, new.zone
    appointment.cancellation_tiers = tiers
    appointment.calendar_sequence += 1
    if appointment.status == Status.REQUESTED and appointment.booked_at and by == By.CLIENT:
        appointment.answer_by = answer_by(booked_at=appointment.booked_at, starts_at=new.start, now=now)
        appointment.proposals.filter(status=Proposal.Status.OPEN).update(
            status=Proposal.Status.WITHDRAWN, answered_at=now
        )
    free_lapsed(
        practitioner_id=appointment.practitioner_id, busy=(appointment.busy_start, appointment.busy_end), now=now
    )
    appointment.save()
    lifecycle.record(
        appointment,
        MOVE,
        before=appointment.status,
        by=by,
        actor=actor,
        now=now,
        detail=f"{before.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ} → {new.start.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}",
    )
    return before


def _tell(
    appointment: Appointment, before: dt.datetime, *, to: tuple[str, ...], by_client: bool, free_cancel: bool = False
) -> None:
    notifications.tell(
        appointment,
        "moved",
        to=to,
        number=appointment.calendar_sequence,
        with_file=True,
        before=before,
        by_client=by_client,
        free_cancel=free_cancel,
    )
