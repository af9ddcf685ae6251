"""What a practitioner puts into the own agenda: an appointment for a client, and time of one's own."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking import lifecycle, notifications, obstacles, slots
from booking.actions import client_records
from booking.actions.taking import free_lapsed, frozen, is_overlap, one_at_a_time
from booking.consents import in_force_in_office
from booking.errors import NotBookable, OutsideHours, PastTime, SlotTaken
from booking.local_time import PARIS
from booking.models import Appointment, AppointmentEvent, ClientRecord, Closure, Status
from booking.policies.closing import appointments_within
from common.errors import DomainError
from common.signals import listing_changed
from practitioners.models import PracticePlace, Practitioner, Service
from practitioners.models.service import Mode

BOOK = "book_in_office"
MOST_WEEKS = 52
WEEK = dt.timedelta(weeks=1)


class NotABlock(DomainError):
    """It is somebody else's, or was removed meanwhile."""

    status = 404
    message = _("This time of your own is no longer there.")


@dataclass(frozen=True)
class NewClient:
    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Stretch:
    """The days that are blocked, or a part of each when both times are set."""

    first_day: dt.date
    last_day: dt.date
    start: dt.time | None = None
    end: dt.time | None = None
    place_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Blocked:
    """`kept`: the appointments that are inside and stay."""

    blocks: list[Closure]
    kept: list[Appointment]


def book_for(
    *,
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    record: ClientRecord,
    actor: User,
    now: dt.datetime,
    tell: bool,
    despite: bool = False,
    place_id: int | None = None,
) -> Appointment:
    """Confirmed at once, whatever the notice or whether the service can be booked online; the whole price is paid on site.

    Raises NotBookable, PastTime, SlotTaken (another appointment is there, always refused), and OutsideHours with what is in the
    way unless `despite`. Nothing is asked online, so there is neither an advance nor a service fee.
    """
    mine = service.practitioner_id == practitioner.pk == record.practitioner_id
    ended = practitioner.status == Practitioner.Status.ENDED
    if not mine or ended or service.archived_at or service.is_group:
        raise NotBookable
    if start <= now:
        raise PastTime
    try:
        with transaction.atomic():
            one_at_a_time(practitioner.pk)
            slot = _slot(practitioner, service, start, now, place_id)
            appointment = frozen(practitioner, service, slot, holder_key="", until=now, now=now, pays_online=False)
            _name(appointment, record)
            appointment.practitioner_terms, appointment.practitioner_privacy = in_force_in_office(practitioner, now=now)
            warnings = in_the_way(appointment)
            if warnings and not despite:
                raise OutsideHours(" ".join(warnings))
            busy = appointment.busy_start, appointment.busy_end
            free_lapsed(practitioner_id=practitioner.pk, busy=busy, now=now)
            appointment.status, appointment.booked_at = Status.CONFIRMED, now
            appointment.booked_in_office, appointment.hold_expires_at = True, None
            appointment.save()
            by = AppointmentEvent.By.PRACTITIONER
            lifecycle.record(appointment, BOOK, before="", by=by, actor=actor, now=now)
            if tell:
                notifications.tell(appointment, "confirmed", to=("client",), with_file=True)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise SlotTaken from error
    return appointment


@transaction.atomic
def book_for_new(
    *,
    client: NewClient,
    practitioner: Practitioner,
    service: Service,
    start: dt.datetime,
    actor: User,
    now: dt.datetime,
    tell: bool,
    despite: bool = False,
    place_id: int | None = None,
) -> Appointment:
    """Enter the client and book; neither without the other. Raises ClientKnown too."""
    record = client_records.create(
        practitioner=practitioner,
        first_name=client.first_name,
        last_name=client.last_name,
        email=client.email,
        phone=client.phone,
        now=now,
    )
    return book_for(
        practitioner=practitioner,
        service=service,
        start=start,
        record=record,
        actor=actor,
        now=now,
        tell=tell,
        despite=despite,
        place_id=place_id,
    )


def in_the_way(appointment: Appointment) -> list[str]:
    """What should be known before this appointment is made or moved there, in words."""
    return obstacles.in_words(
        appointment,
        start=appointment.starts_at,
        end=appointment.ends_at,
        place_id=appointment.place_id,
        zone=ZoneInfo(appointment.timezone),
    )


def block(*, practitioner: Practitioner, stretch: Stretch, until: dt.date | None = None) -> Blocked:
    """Keep time for oneself; with `until`, every week up to that day. What is booked inside is kept.

    Waits for the bookings under way, so that what it says is kept is all there is.
    """
    with transaction.atomic():
        one_at_a_time(practitioner.pk)
        blocks = [_closure(practitioner, stretch, number) for number in range(_weeks(stretch, until))]
        Closure.objects.bulk_create(blocks)
        kept = [row for one in blocks for row in appointments_within(one)]
        _changed(practitioner)
    return Blocked(blocks, kept)


@transaction.atomic
def change_block(*, practitioner: Practitioner, block_id: int, stretch: Stretch) -> Blocked:
    """Raises NotABlock."""
    one_at_a_time(practitioner.pk)
    found = _own(practitioner, block_id)
    found.first_day, found.last_day = stretch.first_day, stretch.last_day
    found.start, found.end = stretch.start, stretch.end
    found.place_id, found.note = stretch.place_id, stretch.note
    found.save()
    _changed(practitioner)
    return Blocked([found], list(appointments_within(found)))


@transaction.atomic
def unblock(*, practitioner: Practitioner, block_id: int) -> None:
    """Raises NotABlock."""
    _own(practitioner, block_id).delete()
    _changed(practitioner)


def would_keep(*, practitioner: Practitioner, stretch: Stretch, until: dt.date | None = None) -> list[Appointment]:
    """The appointments inside, said before anything is blocked."""
    blocks = [_closure(practitioner, stretch, number) for number in range(_weeks(stretch, until))]
    return [row for one in blocks for row in appointments_within(one)]


def _own(practitioner: Practitioner, block_id: int) -> Closure:
    rows = Closure.objects.select_for_update(no_key=True).filter(practitioner=practitioner, kind=Closure.Kind.BLOCK)
    found = rows.filter(pk=block_id).first()
    if found is None:
        raise NotABlock
    return found


def _closure(practitioner: Practitioner, stretch: Stretch, weeks: int) -> Closure:
    return Closure(
        practitioner=practitioner,
        kind=Closure.Kind.BLOCK,
        first_day=stretch.first_day + weeks * WEEK,
        last_day=stretch.last_day + weeks * WEEK,
        start=stretch.start,
        end=stretch.end,
        place_id=stretch.place_id,
        note=stretch.note,
    )


def _weeks(stretch: Stretch, until: dt.date | None) -> int:
    return min((until - stretch.first_day).days // 7 + 1, MOST_WEEKS) if until else 1


def _slot(
    practitioner: Practitioner, service: Service, start: dt.datetime, now: dt.datetime, place_id: int | None
) -> slots.Slot:
    """The time as it is offered, or one that only the practitioner may take: at the main place unless said otherwise."""
    offered = slots.slot_at(practitioner=practitioner, service=service, start=start, now=now)
    if offered is not None and place_id in {None, offered.place_id}:
        return offered
    places = PracticePlace.objects.filter(practitioner=practitioner).select_related("commune__department")
    main = places.order_by("position", "pk").first()
    place = None
    if service.mode == Mode.PRACTICE:
        place = places.filter(pk=place_id).first() if place_id else main
        if place is None:
            raise NotBookable
    at = place or main
    end = start + dt.timedelta(minutes=service.duration_minutes)
    zone = at.timezone if at else PARIS
    return slots.Slot(start, end, place.pk if place else None, service.mode, service.pk, zone)


def _name(appointment: Appointment, record: ClientRecord) -> None:
    appointment.record, appointment.client = record, record.user
    appointment.contact_first_name, appointment.contact_last_name = record.first_name, record.last_name
    appointment.contact_email = record.email or (record.user.email if record.user else "")
    appointment.contact_phone = record.phone


def _changed(practitioner: Practitioner) -> None:
    transaction.on_commit(lambda: listing_changed.send(sender=Closure, practitioner_id=practitioner.pk))
