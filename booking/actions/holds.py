"""Holding a time while a visitor fills in and pays (B3)."""

import datetime as dt
import secrets

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef

from booking import fees, lifecycle, slots
from booking.actions import payments
from booking.errors import AlreadyBooked, AlreadyExtended, HoldLost, NotBookable, PastTime, SlotTaken
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Payment, Status
from booking.policies.offer import bookable_services, settings_of
from practitioners.models import Practitioner, Service

log = structlog.get_logger(__name__)
HOLD = dt.timedelta(minutes=15)
LONGER = dt.timedelta(minutes=10)
REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SYSTEM, CLIENT = AppointmentEvent.By.SYSTEM, AppointmentEvent.By.CLIENT


def hold(
    *, practitioner: Practitioner, service: Service, start: dt.datetime, holder_key: str, now: dt.datetime
) -> Appointment:
    """Take a time for 15 minutes for the visitor whose session has `holder_key`.

    Raises NotBookable, PastTime, SlotTaken, and StripeUnreachable when an earlier choice could not be let go of. A visitor holds
    one time a practitioner: the earlier one is freed (unless its payment may still succeed), and asking again for the same one
    gives it back unchanged.
    """
    if service.practitioner_id != practitioner.pk or not bookable_services().filter(pk=service.pk).exists():
        raise NotBookable
    if start <= now:
        raise PastTime
    mine = Appointment.objects.filter(practitioner=practitioner, status=Status.HELD, holder_key=holder_key)
    for earlier in mine.filter(payments__status__in=Payment.LIVE):
        payments.close(appointment_id=earlier.pk, now=now)
    same = mine.filter(service=service, starts_at=start, hold_expires_at__gt=now).first()
    if same:
        return same
    slot = slots.slot_at(practitioner=practitioner, service=service, start=start, now=now, holder_key=holder_key)
    if slot is None:
        raise SlotTaken
    try:
        with transaction.atomic():
            one_at_a_time(practitioner.pk)
            for earlier in mine.select_for_update():
                # Asked once its row is locked: one whose payment Stripe still works on stays held.
                if not earlier.payments.filter(status__in=Payment.LIVE).exists():
                    _free(earlier, Step.RELEASE, by=CLIENT, now=now)
            appointment = _new(practitioner, service, slot, holder_key, now)
            free_lapsed(practitioner_id=practitioner.pk, busy=(appointment.busy_start, appointment.busy_end), now=now)
            appointment.save()
            lifecycle.record(appointment, "hold", before="", by=CLIENT, now=now)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken from error
    return appointment


def renew(*, appointment_id: int, now: dt.datetime) -> Appointment:
    """Make sure that the time is held while the visitor goes on: a hold that lapsed is silently taken again if still free.

    Raises HoldLost, or AlreadyBooked when it went further than a hold.
    """
    try:
        with transaction.atomic():
            appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
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
            appointment.hold_expires_at = now + HOLD
            return lifecycle.move(appointment, Step.RETAKE, by=CLIENT, now=now)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise HoldLost from error


@transaction.atomic
def extend(*, appointment_id: int, now: dt.datetime) -> Appointment:
    """Ten more minutes, once. Raises AlreadyExtended, HoldLost."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
    if appointment.status != Status.HELD or appointment.hold_expires_at is None:
        raise HoldLost
    if appointment.hold_extended:
        raise AlreadyExtended
    appointment.hold_expires_at = max(appointment.hold_expires_at, now) + LONGER
    appointment.hold_extended = True
    appointment.save(update_fields=["hold_expires_at", "hold_extended"])
    lifecycle.record(appointment, "extend", before=Status.HELD, by=CLIENT, now=now)
    return appointment


def release(*, appointment_id: int, now: dt.datetime) -> None:
    """The visitor gives the time back. With a payment under way, only once Stripe's session is certainly closed."""
    payments.close(appointment_id=appointment_id, now=now)
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        if appointment.status == Status.HELD and not appointment.payments.filter(status__in=Payment.LIVE).exists():
            _free(appointment, Step.RELEASE, by=CLIENT, now=now)


def expire(*, appointment_id: int, now: dt.datetime) -> bool:
    """Free one hold whose time is up; returns whether it was. Raises StripeUnreachable when nothing certain is known."""
    payments.close(appointment_id=appointment_id, now=now)
    with transaction.atomic():
        appointment = (
            Appointment.objects.select_for_update(skip_locked=True)
            .filter(pk=appointment_id, status=Status.HELD, hold_expires_at__lte=now)
            .first()
        )
        if appointment is None or appointment.payments.filter(status__in=Payment.LIVE).exists():
            return False
        _free(appointment, Step.EXPIRE, by=SYSTEM, now=now)
        return True


def free_lapsed(*, practitioner_id: int, busy: tuple[dt.datetime, dt.datetime], now: dt.datetime) -> None:
    """Free the holds in the way that lapsed and have no payment session: done by the next booker, in the same transaction."""
    being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
    lapsed = Appointment.objects.filter(
        ~Exists(being_paid),
        practitioner=practitioner_id,
        status=Status.HELD,
        hold_expires_at__lte=now,
        busy_start__lt=busy[1],
        busy_end__gt=busy[0],
    )
    for appointment in lapsed.select_for_update(of=("self",)):
        _free(appointment, Step.EXPIRE, by=SYSTEM, now=now)


def one_at_a_time(practitioner_id: int) -> None:
    """Bookings with one practitioner queue up until commit, so that the constraint refuses instead of deadlocking."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('booking'), %s)", [practitioner_id])


def is_overlap(error: IntegrityError) -> bool:
    return "no_two_appointments_at_once" in str(error)


def _free(appointment: Appointment, step: Step, *, by: AppointmentEvent.By, now: dt.datetime) -> None:
    """A time that nobody booked leaves no trace of who was about to."""
    if not appointment.payments.exists():
        for name in ("first_name", "last_name", "email", "phone"):
            setattr(appointment, f"contact_{name}", "")
        appointment.attendee_first_name = appointment.attendee_last_name = ""
        appointment.client = None
    lifecycle.move(appointment, step, by=by, now=now)


def _new(
    practitioner: Practitioner, service: Service, slot: slots.Slot, holder_key: str, now: dt.datetime
) -> Appointment:
    """Everything that was shown is frozen here; nothing of it is ever read from the request."""
    rate = fees.rate_at(now)
    advance = service.advance_cents
    fee = fees.service_fee(service.price_cents, rate) if advance else 0
    if advance and advance <= fee:
        # The operator's rate rose above what the practitioner asks in advance (M3).
        raise NotBookable
    return Appointment(
        reference="".join(secrets.choice(REFERENCE_LETTERS) for _ in range(10)),
        practitioner=practitioner,
        service=service,
        place_id=slot.place_id,
        starts_at=slot.start,
        ends_at=slot.end,
        busy_start=slot.start - dt.timedelta(minutes=service.buffer_before_minutes),
        busy_end=slot.end + dt.timedelta(minutes=service.buffer_after_minutes),
        timezone=slot.zone,
        mode=service.mode,
        service_name=service.name,
        price_cents=service.price_cents,
        advance_cents=advance,
        advance_kind=service.advance,
        on_request=service.confirmation == Service.Confirmation.REQUEST,
        fee_basis_points=rate.basis_points,
        fee_fixed_cents=rate.fixed_cents,
        fee_cents=fee,
        cancellation_tiers=settings_of(practitioner).cancellation_tiers,
        holder_key=holder_key,
        hold_expires_at=now + HOLD,
    )
