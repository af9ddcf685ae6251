"""What taking a time needs, whoever takes it: queueing, the lapsed holds in the way, everything that is frozen at that moment."""

import datetime as dt
import secrets

from django.db import IntegrityError
from django.db.models import Exists, OuterRef

from booking import fees, lifecycle, slots
from booking.actions import policy_versions
from booking.errors import NotBookable
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, Payment, Status
from booking.models.appointment import AppointmentQuerySet
from common.compiled import Compiled, Given, ask
from practitioners.models import Practitioner, Service

HOLD = dt.timedelta(minutes=15)
REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def free_lapsed(*, practitioner_id: int, busy: tuple[dt.datetime, dt.datetime], now: dt.datetime) -> None:
    """Free the holds in the way that lapsed and have no payment session: done by the next booker, in the same transaction."""
    for found in _LAPSED.all(practitioner=practitioner_id, now=now, start=busy[0], end=busy[1]):
        # Hardly ever any: the whole row is read only then.
        lifecycle.move(Appointment.objects.get(pk=found.pk), Step.EXPIRE, by=AppointmentEvent.By.SYSTEM, now=now)


def _lapsed() -> AppointmentQuerySet:
    being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
    lapsed = Appointment.objects.filter(
        ~Exists(being_paid),
        practitioner=Given("practitioner"),
        status=Status.HELD,
        hold_expires_at__lte=Given("now"),
        busy_start__lt=Given("end"),
        busy_end__gt=Given("start"),
    )
    return lapsed.only("pk").select_for_update(of=("self",), no_key=True)


_LAPSED = Compiled(_lapsed)


def one_at_a_time(practitioner_id: int) -> None:
    """Bookings with one practitioner queue up until commit, so that the constraint refuses instead of deadlocking."""
    ask("select pg_advisory_xact_lock(hashtext('booking'), %s)", [practitioner_id])


def is_overlap(error: IntegrityError) -> bool:
    """Somebody else has the time, or the last seat: the database said so."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return constraint in {"no_two_appointments_at_once", "no_more_seats_than_offered"}


def held_together(appointment: Appointment) -> list[Appointment]:
    """The other dates of a series that the same visitor holds and does not pay for, their rows locked."""
    if appointment.series_id is None:
        return []
    being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
    rows = Appointment.objects.filter(~Exists(being_paid), series=appointment.series_id, status=Status.HELD)
    rows = rows.filter(holder_key=appointment.holder_key).exclude(pk=appointment.pk)
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def frozen(
    practitioner: Practitioner,
    service: Service,
    slot: slots.Slot,
    *,
    holder_key: str,
    until: dt.datetime,
    now: dt.datetime,
    pays_online: bool = True,
) -> Appointment:
    """A held appointment, not saved: everything that was shown is frozen here; nothing of it is ever read from the request.

    `pays_online` is false for what the practitioner books: everything is then paid on site, without a service fee.
    """
    rate = fees.rate_at(now)
    advance = service.advance_cents if pays_online else 0
    fee = fees.first_payment_fee(price_cents=service.price_cents, advance_cents=advance, rate=rate)
    if advance and advance <= fee:
        # The operator's rate rose above what the practitioner asks in advance (M3).
        raise NotBookable
    policy = policy_versions.current(practitioner=practitioner, now=now)
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
        mode=slot.mode,
        service_name=service.name,
        price_cents=service.price_cents,
        advance_cents=advance,
        advance_kind=service.advance,
        on_request=service.confirmation == Service.Confirmation.REQUEST,
        fee_basis_points=rate.basis_points,
        fee_fixed_cents=rate.fixed_cents,
        fee_each_payment=rate.each_payment,
        fee_cents=fee,
        cancellation_tiers=policy.cancellation_tiers,
        policy=policy,
        holder_key=holder_key,
        hold_expires_at=until,
    )
