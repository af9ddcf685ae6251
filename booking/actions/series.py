"""Several appointments agreed at once: held together, booked with one confirmation, ended together.

Each appointment then lives its own life, under the policy frozen on it. Offered where nothing is paid online: an advance is due at
each booking, and one payment for appointments that are cancelled one by one would need rules that nobody has decided.
"""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from accounts.models import User
from booking import lifecycle, notifications, slots
from booking.actions import appointments, groups, holds, office_booking, refunds
from booking.actions.taking import HOLD, free_lapsed, frozen, held_together, is_overlap, one_at_a_time
from booking.errors import AmountChanged, HoldLost, NotBookable, OutsideHours, SeriesDateTaken, SlotTaken
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, ClientRecord, Series, Status
from booking.models.appointment import UPCOMING, AppointmentQuerySet
from booking.series_plan import MOST, RHYTHMS
from common.wording import long_datetime
from practitioners.models import Practitioner, Service

BY = AppointmentEvent.By
# What every appointment of a series takes from the one that was filled in.
SHARED = (
    "contact_first_name", "contact_last_name", "contact_email", "contact_phone", "adult_declared", "for_relative",
    "attendee_first_name", "attendee_last_name", "attendee_is_minor", "relative", "home_street", "home_complement",
    "home_postal_code", "home_commune", "client", "practitioner_terms", "practitioner_privacy", "express_request_at", "on_request",
)  # fmt: skip


def may_repeat(appointment: Appointment) -> bool:
    """Held, for one person, without an advance: then it can be the first of a series."""
    alone = appointment.group_id is None and not appointment.service.is_group
    return alone and appointment.status == Status.HELD and appointment.advance_cents == 0


@transaction.atomic
def hold_with(
    *, appointment_id: int, starts: Sequence[dt.datetime], every_weeks: int, now: dt.datetime
) -> Series | None:
    """Hold, with the time that is held already, those of `starts`: all of them or none. Asked again, the choice is replaced.

    None when nothing is left to repeat. Raises NotBookable, HoldLost, SeriesDateTaken (which date, in words).
    """
    wanted = sorted(set(starts))[: MOST - 1]
    one_at_a_time(Appointment.objects.values_list("practitioner", flat=True).get(pk=appointment_id))
    first = appointments.locked(appointment_id)
    if first.status != Status.HELD:
        raise HoldLost
    if not may_repeat(first) or every_weeks not in RHYTHMS:
        raise NotBookable
    for other in held_together(first):
        if other.starts_at in wanted:
            wanted.remove(other.starts_at)
            _prolong(other, now)
        else:
            other.series = None
            lifecycle.move(other, Step.RELEASE, by=BY.CLIENT, now=now)
    series = first.series or _series(first, every_weeks, now)
    series.every_weeks = every_weeks
    series.save(update_fields=["every_weeks"])
    first.series = series
    _prolong(first, now)
    first.save(update_fields=["series"])
    for start in wanted:
        _hold_one(first, start, now)
    if Appointment.objects.filter(series=series, status=Status.HELD).count() > 1:
        return series
    first.series = None
    first.save(update_fields=["series"])
    return None


def renew(*, appointment_id: int, now: dt.datetime) -> None:
    """Before the last step: every date is still held, or is taken back. Raises SeriesDateTaken."""
    first = Appointment.objects.get(pk=appointment_id)
    if first.series_id is None:
        return
    for other in _members(first).exclude(pk=first.pk).filter(status__in=[Status.HELD, Status.EXPIRED]):
        try:
            holds.renew(appointment_id=other.pk, now=now)
        except HoldLost as error:
            raise SeriesDateTaken.on(long_datetime(other.starts_at, other.timezone)) from error


@transaction.atomic
def book(*, appointment_id: int, now: dt.datetime) -> Appointment:
    """Book every date in the name of whoever filled in the first; one message for all. Raises HoldLost, SeriesDateTaken."""
    first = appointments.locked(appointment_id)
    if first.series is None:
        return appointments.book(appointment_id=appointment_id, now=now)
    if first.status != Status.HELD or first.client_id is None:
        raise HoldLost
    rows = list(
        _members(first).filter(status=Status.HELD).select_for_update(of=("self",), no_key=True).order_by("starts_at")
    )
    with notifications.held_back():
        for row in rows:
            for name in SHARED:
                setattr(row, name, getattr(first, name))
            row.save()
            if not appointments.secure(row, by=BY.CLIENT, now=now):
                raise SeriesDateTaken.on(long_datetime(row.starts_at, row.timezone))
    series = first.series
    series.client = first.client
    series.save(update_fields=["client"])
    _tell_booked(rows)
    return rows[0]


@transaction.atomic
def make_for(
    *,
    practitioner: Practitioner,
    service: Service,
    starts: Sequence[dt.datetime],
    every_weeks: int,
    record: ClientRecord,
    actor: User,
    now: dt.datetime,
    tell: bool,
    place_id: int | None = None,
) -> Series:
    """By the practitioner, for a client: confirmed at once, all dates or none. Raises NotBookable, SeriesDateTaken."""
    if len(set(starts)) < 2 or len(starts) > MOST or every_weeks not in RHYTHMS:
        raise NotBookable
    series = Series.objects.create(
        practitioner=practitioner, service=service, client=record.user, every_weeks=every_weeks, created_at=now
    )
    rows = []
    zone = groups.zone_of(practitioner, None)
    for start in sorted(set(starts)):
        try:
            row = office_booking.book_for(
                practitioner=practitioner,
                service=service,
                start=start,
                record=record,
                actor=actor,
                now=now,
                tell=False,
                despite=True,
                place_id=place_id,
            )
        except (SlotTaken, OutsideHours) as error:
            raise SeriesDateTaken.on(long_datetime(start, zone)) from error
        row.series = series
        row.save(update_fields=["series"])
        rows.append(row)
    if tell:
        _tell_booked(rows, to=("client",))
    return series


def coming(series: Series, *, now: dt.datetime) -> list[Appointment]:
    """Those that ending the series cancels, the soonest first."""
    rows = series.appointments.filter(status__in=UPCOMING, starts_at__gt=now).for_pages()
    return list(rows.order_by("starts_at"))


def due_to_client(rows: Sequence[Appointment], *, now: dt.datetime) -> list[tuple[Appointment, int]]:
    """Each date with what its own policy gives back now."""
    return [(row, appointments.refund_due(row, now=now)) for row in rows]


@transaction.atomic
def end_by_client(
    *, series_id: int, announced_cents: int, now: dt.datetime, actor: User | None = None
) -> list[Appointment]:
    """Cancel every date to come, each by its own policy, and tell once. Raises AmountChanged."""
    series, rows = _to_end(series_id, now)
    lines = due_to_client(rows, now=now)
    total = sum(due for _row, due in lines)
    if total != announced_cents:
        raise AmountChanged
    with notifications.held_back():
        for row, due in lines:
            appointments.cancel_by_client(appointment_id=row.pk, announced_cents=due, now=now, actor=actor)
    return _ended(series, rows, total, by_client=True, now=now)


@transaction.atomic
def end_by_practitioner(*, series_id: int, actor: User, now: dt.datetime) -> list[Appointment]:
    """Everything paid goes back, whatever the policies."""
    series, rows = _to_end(series_id, now)
    total = sum(refunds.left_cents(row) for row in rows)
    with notifications.held_back():
        for row in rows:
            appointments.cancel_by_practitioner(appointment_id=row.pk, actor=actor, now=now)
    return _ended(series, rows, total, by_client=False, now=now)


def _to_end(series_id: int, now: dt.datetime) -> tuple[Series, list[Appointment]]:
    series = Series.objects.select_for_update(no_key=True).get(pk=series_id)
    rows = series.appointments.filter(status__in=UPCOMING, starts_at__gt=now).order_by("pk")
    return series, list(rows.select_for_update(of=("self",), no_key=True))


def _ended(
    series: Series, rows: list[Appointment], total: int, *, by_client: bool, now: dt.datetime
) -> list[Appointment]:
    series.ended_at = series.ended_at or now
    series.save(update_fields=["ended_at"])
    if rows:
        first = min(rows, key=lambda row: row.starts_at)
        first.refresh_from_db()
        notifications.tell(
            first,
            "series_ended",
            number=int(now.timestamp()),
            dates=_moments(rows),
            refund_cents=total,
            by_client=by_client,
        )
    return rows


def _tell_booked(rows: list[Appointment], to: tuple[str, ...] = ("client", "practitioner")) -> None:
    first = rows[0]
    requested = any(row.status == Status.REQUESTED for row in rows)
    notifications.tell(
        first, "series_booked", to=to, dates=_moments(rows), requested=requested, with_file=not requested
    )


def _moments(rows: Sequence[Appointment]) -> list[str]:
    return [long_datetime(row.starts_at, ZoneInfo(row.timezone)) for row in sorted(rows, key=lambda row: row.starts_at)]


def _series(first: Appointment, every_weeks: int, now: dt.datetime) -> Series:
    return Series.objects.create(
        practitioner_id=first.practitioner_id, service_id=first.service_id, every_weeks=every_weeks, created_at=now
    )


def _members(first: Appointment) -> AppointmentQuerySet:
    return Appointment.objects.filter(series=first.series_id, holder_key=first.holder_key)


def _prolong(appointment: Appointment, now: dt.datetime) -> None:
    appointment.hold_expires_at = max(appointment.hold_expires_at or now, now + HOLD)
    appointment.save(update_fields=["hold_expires_at"])


def _hold_one(first: Appointment, start: dt.datetime, now: dt.datetime) -> None:
    service = first.service
    slot = slots.slot_at(
        practitioner=first.practitioner, service=service, start=start, now=now, holder_key=first.holder_key
    )
    if slot is None:
        raise SeriesDateTaken.on(long_datetime(start, first.timezone))
    other = frozen(first.practitioner, service, slot, holder_key=first.holder_key, until=now + HOLD, now=now)
    other.series = first.series
    busy = other.busy_start, other.busy_end
    free_lapsed(practitioner_id=first.practitioner_id, busy=busy, now=now)
    try:
        with transaction.atomic():
            other.save()
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SeriesDateTaken.on(long_datetime(start, first.timezone)) from error
    lifecycle.record(other, "hold", before="", by=BY.CLIENT, now=now)
