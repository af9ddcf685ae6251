"""Holding a time while a visitor fills in and pays (B3)."""

import datetime as dt
from dataclasses import replace

import structlog
from django.db import IntegrityError, transaction

from booking import agenda, lifecycle, slots
from booking.actions import groups, payments
from booking.actions.contact import Contact, write
from booking.actions.taking import HOLD, free_lapsed, frozen, held_together, is_overlap, one_at_a_time
from booking.errors import AlreadyBooked, AlreadyExtended, HoldLost, NotBookable, PastTime, SlotTaken
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Payment, Status
from booking.policies.offer import bookable_services
from common import compiled
from common.compiled import Compiled, Given
from practitioners.models import Practitioner, Service

log = structlog.get_logger(__name__)
LONGER = dt.timedelta(minutes=10)
SYSTEM, CLIENT = AppointmentEvent.By.SYSTEM, AppointmentEvent.By.CLIENT

_HELD_BY = Compiled(
    lambda: (
        Appointment.objects.filter(practitioner=Given("practitioner"), status=Status.HELD, holder_key=Given("key"))
        .order_by("starts_at")
        .values_list("pk")
    )
)


def hold(
    *,
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    holder_key: str,
    now: dt.datetime,
    contact: Contact | None = None,
    known: agenda.Known | None = None,
) -> Appointment:
    """Take a time for 15 minutes for the visitor whose session has `holder_key`, and who is known as `contact` already. `known`: the
    agenda, of who read it for this request.

    Raises NotBookable, PastTime, SlotTaken, and StripeUnreachable when an earlier choice could not be let go of. A visitor holds
    one time a practitioner: the earlier one is freed (unless its payment may still succeed), and asking again for the same one
    gives it back unchanged.
    """
    known = known or agenda.known([practitioner.pk])[practitioner.pk]
    if service.pk not in {offer.service_id for offer in known.offers}:
        raise NotBookable
    if start <= now:
        raise PastTime
    held = [pk for (pk,) in _HELD_BY.all(practitioner=practitioner.pk, key=holder_key)]
    for pk in held:
        if Payment.objects.filter(appointment=pk, status__in=Payment.LIVE).exists():
            payments.close(appointment_id=pk, now=now)
    if service.is_group:
        group = groups.open_at(service=service, start=start)
        return groups.hold_seat(group=group, service=service, holder_key=holder_key, now=now, contact=contact)
    if held:
        mine = Appointment.objects.filter(practitioner=practitioner, status=Status.HELD, holder_key=holder_key)
    if held and (same := mine.filter(service=service, starts_at=start, hold_expires_at__gt=now).first()):
        return same
    try:
        with transaction.atomic():
            one_at_a_time(practitioner.pk)
            known = agenda.still(practitioner.pk, known)
            # Judged in the queue: what no constraint can see (the most a day, the road between two places) is seen here.
            slot = slots.slot_at(
                practitioner=practitioner, service=service, start=start, now=now, holder_key=holder_key, known=known
            )
            if slot is None:
                raise SlotTaken
            for earlier in mine.select_for_update(no_key=True) if held else ():
                # Asked once its row is locked: one whose payment Stripe still works on stays held.
                if not earlier.payments.filter(status__in=Payment.LIVE).exists():
                    lifecycle.move(earlier, Step.RELEASE, by=CLIENT, now=now)
            appointment = frozen(practitioner, service, slot, holder_key=holder_key, until=now + HOLD, now=now)
            if contact is not None:
                write(appointment, contact)
            free_lapsed(practitioner_id=practitioner.pk, busy=(appointment.busy_start, appointment.busy_end), now=now)
            compiled.insert(appointment)
            lifecycle.record(appointment, "hold", before="", by=CLIENT, now=now)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken from error
    return appointment


def stands(appointment: Appointment, *, now: dt.datetime) -> bool:
    """Whether the time, as it was read, is still held: then nothing but its own visitor can free it."""
    return (
        appointment.status == Status.HELD
        and appointment.hold_expires_at is not None
        and appointment.hold_expires_at > now
    )


def renew(*, appointment_id: int, now: dt.datetime) -> Appointment:
    """Make sure that the time is held while the visitor goes on: a hold that lapsed is silently taken again if still free.

    Raises HoldLost, or AlreadyBooked when it went further than a hold.
    """
    try:
        with transaction.atomic():
            expired = Appointment.objects.filter(pk=appointment_id, status=Status.EXPIRED)
            if practitioner_id := expired.values_list("practitioner", flat=True).first():
                # The queue before the row, as everybody who takes a time.
                one_at_a_time(practitioner_id)
            appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment_id)
            if appointment.status == Status.HELD:
                if appointment.hold_expires_at is None or appointment.hold_expires_at <= now:
                    appointment.hold_expires_at = now + HOLD
                    appointment.save(update_fields=["hold_expires_at"])
                return appointment
            if appointment.status != Status.EXPIRED:
                raise AlreadyBooked
            if appointment.starts_at <= now or appointment.payments.filter(status__in=Payment.LIVE).exists():
                raise HoldLost
            if not bookable_services().filter(pk=appointment.service_id).exists():
                raise HoldLost
            one_at_a_time(appointment.practitioner_id)
            free_lapsed(
                practitioner_id=appointment.practitioner_id,
                busy=(appointment.busy_start, appointment.busy_end),
                now=now,
            )
            if appointment.group_id is None and not _is_offered(appointment, now=now):
                raise HoldLost
            appointment.hold_expires_at = now + HOLD
            return lifecycle.move(appointment, Step.RETAKE, by=CLIENT, now=now)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise HoldLost from error


def _is_offered(appointment: Appointment, *, now: dt.datetime) -> bool:
    """Whether the practitioner still offers that time; the notice was kept when it was chosen."""
    known = agenda.known([appointment.practitioner_id])[appointment.practitioner_id]
    terms = replace(known.frame.terms, notice=0)
    slot = slots.slot_at(
        practitioner=appointment.practitioner,
        service=appointment.service,
        start=appointment.starts_at,
        now=now,
        holder_key=appointment.holder_key,
        known=known._replace(frame=replace(known.frame, terms=terms)),
    )
    return slot is not None and slot.place_id == appointment.place_id


@transaction.atomic
def extend(*, appointment_id: int, now: dt.datetime) -> Appointment:
    """Ten more minutes, once. Raises AlreadyExtended, HoldLost."""
    appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment_id)
    if appointment.status != Status.HELD or appointment.hold_expires_at is None:
        raise HoldLost
    if appointment.hold_extended:
        raise AlreadyExtended
    appointment.hold_expires_at = max(appointment.hold_expires_at, now) + LONGER
    appointment.hold_extended = True
    appointment.save(update_fields=["hold_expires_at", "hold_extended"])
    lifecycle.record(appointment, "extend", before=Status.HELD, by=CLIENT, now=now)
    for other in held_together(appointment):
        other.hold_expires_at, other.hold_extended = appointment.hold_expires_at, True
        other.save(update_fields=["hold_expires_at", "hold_extended"])
    return appointment


def release(*, appointment_id: int, now: dt.datetime) -> None:
    """The visitor gives the time back. With a payment under way, only once Stripe's session is certainly closed."""
    payments.close(appointment_id=appointment_id, now=now)
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment_id)
        if appointment.status == Status.HELD and not appointment.payments.filter(status__in=Payment.LIVE).exists():
            for other in held_together(appointment):
                lifecycle.move(other, Step.RELEASE, by=CLIENT, now=now)
            lifecycle.move(appointment, Step.RELEASE, by=CLIENT, now=now)


def expire(*, appointment_id: int, now: dt.datetime) -> bool:
    """Free one hold whose time is up; returns whether it was. Raises StripeUnreachable when nothing certain is known."""
    payments.close(appointment_id=appointment_id, now=now)
    with transaction.atomic():
        appointment = (
            Appointment.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(pk=appointment_id, status=Status.HELD, hold_expires_at__lte=now)
            .first()
        )
        if appointment is None or appointment.payments.filter(status__in=Payment.LIVE).exists():
            return False
        lifecycle.move(appointment, Step.EXPIRE, by=SYSTEM, now=now)
        return True
