"""Group sessions: a session owns its range of the agenda, appointments take its seats.

Order of locks: whoever holds a session's row never waits for the row of an appointment (`skip_locked`), so that it does not
matter which of the two another transaction took first. What was locked elsewhere is finished by `finish_cancelled`.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from booking import calendar_grid, lifecycle, notifications, slots
from booking.actions import appointments
from booking.actions.contact import Contact, write
from booking.actions.taking import HOLD, free_lapsed, frozen, is_overlap, one_at_a_time
from booking.collisions import problem_of
from booking.errors import AlreadySeated, AlreadyStarted, GroupFull, NotBookable, PastTime, SeatsBelowTaken, SlotTaken
from booking.lifecycle import Step
from booking.local_time import instant
from booking.models import Appointment, AppointmentEvent, GroupSession, Payment, Status
from booking.models.appointment import OCCUPYING, UPCOMING
from booking.policies.offer import settings_of
from booking.signals import group_changed
from practitioners.models import PracticePlace, Practitioner, Service

log = structlog.get_logger(__name__)
BY = AppointmentEvent.By


@dataclass(frozen=True)
class Outcome:
    """One date of a series of sessions: opened, or why not, in words. `start` is None for an hour that the clocks skip."""

    day: dt.date
    start: dt.datetime | None
    session: GroupSession | None = None
    problem: str = ""


def zone_of(practitioner: Practitioner, place: PracticePlace | None) -> ZoneInfo:
    return ZoneInfo(place.timezone if place else calendar_grid.zone_of(practitioner))


@transaction.atomic
def open_session(
    *,
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    place: PracticePlace | None,
    mode: str,
    seats: int,
    note: str = "",
    now: dt.datetime,
) -> GroupSession:
    """Open one session, on or off the opening hours. Raises NotBookable, PastTime, SlotTaken (what is in the way, in words)."""
    ended = practitioner.status == Practitioner.Status.ENDED
    if service.practitioner_id != practitioner.pk or ended or service.archived_at or not service.is_group:
        raise NotBookable
    if start <= now:
        raise PastTime
    session = _session(practitioner, service, start, place, mode, seats, note)
    busy = session.busy_start, session.busy_end
    one_at_a_time(practitioner.pk)
    free_lapsed(practitioner_id=practitioner.pk, busy=busy, now=now)
    problem = problem_of(
        practitioner_id=practitioner.pk,
        place_id=place.pk if place else None,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        busy=busy,
        zone=ZoneInfo(session.timezone),
        now=now,
    )
    if problem:
        raise SlotTaken(problem)
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken from error
    group_changed.send(sender=GroupSession, group=session, now=now)
    return session


def open_weekly(
    *,
    practitioner: Practitioner,
    service: Service,
    day: dt.date,
    hour: dt.time,
    weeks: int,
    place: PracticePlace | None,
    mode: str,
    seats: int,
    note: str = "",
    now: dt.datetime,
) -> list[Outcome]:
    """One session a week at the same local hour; dates that cannot be are skipped, each with its reason. Raises NotBookable."""
    zone = zone_of(practitioner, place)
    outcomes = []
    for number in range(weeks):
        date = day + dt.timedelta(weeks=number)
        start = instant(dt.datetime.combine(date, hour), zone)
        if start is None:
            outcomes.append(Outcome(date, None, problem=_("This hour does not exist that day: the clocks change.")))
            continue
        try:
            session = open_session(
                practitioner=practitioner,
                service=service,
                start=start,
                place=place,
                mode=mode,
                seats=seats,
                note=note,
                now=now,
            )
        except (SlotTaken, PastTime) as error:
            outcomes.append(Outcome(date, start, problem=str(error.message)))
        else:
            outcomes.append(Outcome(date, start, session))
    return outcomes


def open_at(*, service: Service, start: dt.datetime) -> GroupSession:
    """The open session of this service that starts then. Raises SlotTaken."""
    found = GroupSession.objects.filter(service=service, starts_at=start, status=GroupSession.Status.OPEN).first()
    if found is None:
        raise SlotTaken
    return found


def hold_seat(
    *,
    group: GroupSession,
    service: Service,
    holder_key: str,
    now: dt.datetime,
    until: dt.datetime | None = None,
    notice: bool = True,
    contact: Contact | None = None,
) -> Appointment:
    """Hold one seat, until `until` (15 minutes when not said). Asking again with the same key gives the same seat.

    Raises PastTime, SlotTaken (the session was cancelled, or it is too late to book), GroupFull. Lapsed holds that nobody
    pays free their seat here, for whoever comes. `notice` is whether the minimum notice counts.
    """
    try:
        with transaction.atomic():
            group = (
                GroupSession.objects.select_for_update(of=("self",), no_key=True)
                .select_related("practitioner")
                .get(pk=group.pk)
            )
            _check_open(group, now, notice)
            mine = Appointment.objects.filter(
                practitioner=group.practitioner_id, status=Status.HELD, holder_key=holder_key
            )
            same = mine.filter(group=group, hold_expires_at__gt=now).first()
            if same:
                return same
            # Without waiting: a row that somebody works on is not ours to free.
            being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
            for earlier in mine.filter(~Exists(being_paid)).select_for_update(
                of=("self",), skip_locked=True, no_key=True
            ):
                lifecycle.move(earlier, Step.RELEASE, by=BY.CLIENT, now=now)
            _free_lapsed_seats(group, now)
            seat = frozen(
                group.practitioner, service, as_slot(group), holder_key=holder_key, until=until or now + HOLD, now=now
            )
            if contact is not None:
                write(seat, contact)
            seat.group = group
            seat.busy_start, seat.busy_end = group.busy_start, group.busy_end
            seat.save()
            lifecycle.record(seat, "hold", before="", by=BY.CLIENT, now=now)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise GroupFull from error
    return seat


def as_slot(group: GroupSession) -> slots.Slot:
    return slots.Slot(
        group.starts_at, group.ends_at, group.place_id, group.mode, group.service_id, group.timezone, group.pk
    )


def check_one_seat(*, appointment: Appointment, client: User | None) -> None:
    """One seat a person: who books has one, and one for each relative. Raises AlreadySeated. The appointment's row is locked.

    Who is not signed in is known by the browser only: what an address booked elsewhere is nobody's business. The session's
    row is locked too, so that two bookings of one person come one after the other.
    """
    if appointment.group_id is None:
        return
    GroupSession.objects.select_for_update(of=("self",), no_key=True).get(pk=appointment.group_id)
    being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
    taken = Appointment.objects.filter(
        Q(status__in=UPCOMING) | Q(Exists(being_paid), status=Status.HELD), group=appointment.group_id
    ).exclude(pk=appointment.pk)
    mine = taken.filter(client=client) if client else taken.filter(holder_key=appointment.holder_key)
    same = mine.filter(for_relative=appointment.for_relative)
    if appointment.for_relative:
        same = same.filter(
            attendee_first_name__iexact=appointment.attendee_first_name,
            attendee_last_name__iexact=appointment.attendee_last_name,
        )
    if same.exists():
        raise AlreadySeated


@transaction.atomic
def change_seats(*, group_id: int, seats: int, now: dt.datetime) -> GroupSession:
    """Raises SeatsBelowTaken (the database refuses fewer seats than clients), NotBookable when it is over or cancelled."""
    group = _locked(group_id)
    if group.status != GroupSession.Status.OPEN:
        raise NotBookable
    _free_lapsed_seats(group, now)
    group.seats = seats
    try:
        with transaction.atomic():
            group.save(update_fields=["seats"])
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SeatsBelowTaken from error
    group_changed.send(sender=GroupSession, group=group, now=now)
    return group


@transaction.atomic
def cancel_session(*, group_id: int, actor: User, now: dt.datetime) -> GroupSession:
    """Every seat is cancelled by the practitioner: full refunds, everybody told. Raises AlreadyStarted.

    A seat that somebody works on at this instant (a payment that arrives) is cancelled by the task that follows, or the sweep.
    """
    group = _locked(group_id)
    if group.status == GroupSession.Status.CANCELLED:
        return group
    if now >= group.starts_at:
        raise AlreadyStarted
    group.status = GroupSession.Status.CANCELLED
    group.save(update_fields=["status"])
    _cancel_seats(group, actor, now)
    group_changed.send(sender=GroupSession, group=group, now=now)

    def finish() -> None:
        from booking.tasks import finish_cancelled_group
        from common.tasks import enqueue

        enqueue(finish_cancelled_group, group.pk)

    transaction.on_commit(finish)
    return group


@transaction.atomic
def finish_cancelled(*, group_id: int, now: dt.datetime) -> None:
    """Cancel the seats that were being worked on when their session was cancelled; one paid meanwhile is refunded."""
    group = _locked(group_id)
    if group.status == GroupSession.Status.CANCELLED and now < group.starts_at:
        _cancel_seats(group, group.practitioner.user, now)


@transaction.atomic
def finish(*, group_id: int, now: dt.datetime) -> bool:
    """Its end is past: the session is done. Its seats are closed one by one, by the practitioner or a day later."""
    group = _locked(group_id)
    if group.status != GroupSession.Status.OPEN or group.ends_at > now:
        return False
    group.status = GroupSession.Status.DONE
    group.save(update_fields=["status"])
    group_changed.send(sender=GroupSession, group=group, now=now)
    return True


def _locked(group_id: int) -> GroupSession:
    found = GroupSession.objects.select_for_update(of=("self",), no_key=True).select_related(
        "practitioner__user", "service"
    )
    return found.get(pk=group_id)


def _check_open(group: GroupSession, now: dt.datetime, notice: bool) -> None:
    if group.status != GroupSession.Status.OPEN:
        raise SlotTaken
    if group.starts_at <= now:
        raise PastTime
    minutes = settings_of(group.practitioner).minimum_notice_minutes
    if notice and group.starts_at < now + dt.timedelta(minutes=minutes):
        raise SlotTaken


def _free_lapsed_seats(group: GroupSession, now: dt.datetime) -> None:
    being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
    lapsed = Appointment.objects.filter(~Exists(being_paid), group=group, status=Status.HELD, hold_expires_at__lte=now)
    for seat in lapsed.select_for_update(of=("self",), skip_locked=True, no_key=True):
        lifecycle.move(seat, Step.EXPIRE, by=BY.SYSTEM, now=now)


def _cancel_seats(group: GroupSession, actor: User, now: dt.datetime) -> None:
    seats = Appointment.objects.filter(group=group, status__in=OCCUPYING)
    for seat in seats.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk"):
        if seat.status in UPCOMING:
            # The practitioner knows: one message a client, none to whoever did it.
            with notifications.held_back("practitioner"):
                appointments.cancel_by_practitioner(appointment_id=seat.pk, actor=actor, now=now)
        elif not seat.payments.filter(status__in=Payment.LIVE).exists():
            lifecycle.move(seat, Step.RELEASE, by=BY.PRACTITIONER, now=now)


def _session(
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    place: PracticePlace | None,
    mode: str,
    seats: int,
    note: str,
) -> GroupSession:
    minute = dt.timedelta(minutes=1)
    end = start + service.duration_minutes * minute
    return GroupSession(
        practitioner=practitioner,
        service=service,
        place=place,
        mode=mode,
        starts_at=start,
        ends_at=end,
        busy_start=start - service.buffer_before_minutes * minute,
        busy_end=end + service.buffer_after_minutes * minute,
        timezone=zone_of(practitioner, place).key,
        seats=seats,
        note=note,
    )
