"""Offering freed times to those who wait, one person at a time (the rules are in booking.waiting_rules).

An offer is a held appointment whose key nobody has until the offer is accepted: the constraint that forbids double bookings
protects it like any other. Order of locks: the practitioner's queue, the appointment, the offer, the entry.
"""

import datetime as dt
import secrets
from zoneinfo import ZoneInfo

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from booking import lifecycle, slots, waiting_mails
from booking.actions import groups
from booking.actions.taking import HOLD, free_lapsed, frozen, is_overlap, one_at_a_time
from booking.errors import NotBookable, OfferElsewhere, OfferGone, PastTime, SlotTaken
from booking.lifecycle import Step
from booking.models import Appointment, AppointmentEvent, FreedTime, Payment, Status, WaitingEntry, WaitingOffer
from booking.policies.follow_up import came_before
from booking.policies.offer import bookable_services
from booking.waiting_rules import GRACE, answer_until, wants
from common.compiled import Compiled, Given
from legal.rights import effects
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
BY = AppointmentEvent.By
State = WaitingOffer.State
ASKED_AT_MOST = 300
_OFFER_OF = Compiled(
    lambda: WaitingOffer.objects.select_for_update(no_key=True).filter(appointment=Given("appointment")).order_by()
)


@transaction.atomic
def offer_freed(*, freed_id: int, now: dt.datetime, wait: bool = True) -> list[WaitingOffer]:
    """Offer what became free to the first whose wishes it fits, and what is left of it to the next.

    `wait=False` inside another change: when somebody books with this practitioner at this instant, the task does it.
    """
    freed = FreedTime.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=freed_id).first()
    if freed is None:
        return []
    if wait:
        one_at_a_time(freed.practitioner_id)
    elif not _at_once(freed.practitioner_id):
        return []
    made: list[WaitingOffer] = []
    if freed.ends_at > now:
        practitioner = Practitioner.objects.get(pk=freed.practitioner_id)
        entries = WaitingEntry.objects.filter(practitioner=practitioner, state=WaitingEntry.State.WAITING)
        entries = entries.exclude(user__in=effects.frozen_people())
        entries = entries.exclude(offers__state__in=WaitingOffer.GOING_ON).select_related(
            "service__practitioner", "user"
        )
        if freed.group:
            entries = entries.filter(service=freed.group.service_id)
        times: dict[int, list[slots.Slot]] = {}
        for entry in entries.order_by("created_at", "pk")[:ASKED_AT_MOST]:
            if entry.service_id not in times:
                times[entry.service_id] = _times_in(freed, practitioner, entry, now)
            made += _first_that_fits(entry, times, freed, now)
    freed.delete()
    return made


def pass_on(*, practitioner_id: int, now: dt.datetime, at_once: bool = True) -> None:
    """Within the transaction that frees a time: nobody sees it before the first person of the list. Never undoes that change.

    What is left (or all of it, not `at_once`) is for the task that follows the commit, or the sweep.
    """
    freed = list(FreedTime.objects.filter(practitioner=practitioner_id).values_list("pk", flat=True)[:5])
    for freed_id in freed if at_once else ():
        try:
            with transaction.atomic():
                offer_freed(freed_id=freed_id, now=now, wait=False)
        except Exception:
            log.exception("freed_time_not_offered", freed=freed_id)

    def ask() -> None:
        from booking.tasks import offer_freed_times
        from common.tasks import enqueue

        enqueue(offer_freed_times, practitioner_id)

    if freed and FreedTime.objects.filter(practitioner=practitioner_id).exists():
        transaction.on_commit(ask)


@transaction.atomic
def offer_by_hand(*, entry_id: int, start: dt.datetime, now: dt.datetime) -> WaitingOffer:
    """The practitioner offers a free time to somebody of the list, in turn or not. Raises NotBookable, SlotTaken."""
    entry = WaitingEntry.objects.select_related("practitioner", "service", "user").get(pk=entry_id)
    one_at_a_time(entry.practitioner_id)
    entry = (
        WaitingEntry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner", "service")
        .get(pk=entry_id)
    )
    going_on = WaitingOffer.objects.filter(entry=entry, state__in=WaitingOffer.GOING_ON)
    listed = entry.practitioner.status == Practitioner.Status.LISTED
    if not listed or entry.state != WaitingEntry.State.WAITING or going_on.exists():
        raise NotBookable
    slot = _slot_of(entry, start, now)
    if slot is None or _is_busy(entry, slot):
        raise SlotTaken
    found = _offer(entry, slot, now, by_hand=True)
    if found is None:
        raise SlotTaken
    return found


@transaction.atomic
def accept(*, offer_id: int, holder_key: str, now: dt.datetime, take_over: bool = False) -> Appointment:
    """The time is that of the session with `holder_key`, for fifteen minutes like any choice of a time.

    Of two who hold the same link the first has it; the second may take it over, knowingly (`take_over`). Raises OfferGone,
    OfferElsewhere.
    """
    appointment, offer = _locked(offer_id)
    if appointment.status != Status.HELD or offer.state not in WaitingOffer.GOING_ON:
        raise OfferGone
    if appointment.practitioner.status != Practitioner.Status.LISTED:
        raise OfferGone
    if offer.state == State.ACCEPTED:
        if appointment.holder_key == holder_key:
            return appointment
        if not take_over or appointment.payments.filter(status__in=Payment.LIVE).exists():
            raise OfferElsewhere
    elif offer.expires_at <= now:
        raise OfferGone
    else:
        appointment.hold_expires_at = now + HOLD
    appointment.holder_key = holder_key
    appointment.save(update_fields=["holder_key", "hold_expires_at"])
    offer.state, offer.answered_at = State.ACCEPTED, offer.answered_at or now
    offer.save(update_fields=["state", "answered_at"])
    return appointment


@transaction.atomic
def decline(*, offer_id: int, now: dt.datetime) -> WaitingOffer:
    """The next person has it at once; who declined keeps their turn for other times. Raises OfferGone."""
    appointment, offer = _locked(offer_id)
    if offer.state == State.DECLINED:
        return offer
    if offer.state != State.OPEN or appointment.status != Status.HELD:
        raise OfferGone
    _close(appointment, offer, State.DECLINED, Step.RELEASE, BY.CLIENT, now)
    return offer


@transaction.atomic
def expire(*, offer_id: int, now: dt.datetime) -> bool:
    """The time to answer is over: the next person is asked in the same transaction. Returns whether it was."""
    appointment, offer = _locked(offer_id)
    if offer.state != State.OPEN or offer.expires_at > now:
        return False
    _close(appointment, offer, State.EXPIRED, Step.EXPIRE, BY.SYSTEM, now)
    return True


@transaction.atomic
def withdraw(*, offer_id: int, now: dt.datetime) -> bool:
    """Whoever it was made to left the list, or was removed."""
    appointment, offer = _locked(offer_id)
    live = WaitingEntry.objects.filter(pk=offer.entry_id, state__in=WaitingEntry.LIVE).exists()
    if offer.state != State.OPEN or live:
        return False
    _close(appointment, offer, State.DECLINED, Step.RELEASE, BY.SYSTEM, now)
    return True


def follow(*, appointment: Appointment, action: str, before: str, now: dt.datetime) -> None:
    """What became of an offered appointment: booked, given up, or refused by the practitioner (then one waits again)."""
    offer = _OFFER_OF.first(appointment=appointment.pk)
    if offer is None:
        return
    if appointment.status in {Status.REQUESTED, Status.CONFIRMED} and before in {Status.HELD, Status.EXPIRED}:
        _set(offer, State.BOOKED, now)
        _entry_is(offer, WaitingEntry.State.BOOKED, now)
    elif action in {Step.REFUSE, Step.LAPSE}:
        _entry_is(offer, WaitingEntry.State.WAITING, now)
    elif appointment.status == Status.EXPIRED and offer.state in WaitingOffer.GOING_ON:
        _set(offer, State.DROPPED if offer.state == State.ACCEPTED else State.EXPIRED, now)


def _first_that_fits(
    entry: WaitingEntry, times: dict[int, list[slots.Slot]], freed: FreedTime, now: dt.datetime
) -> list[WaitingOffer]:
    came = not entry.service.follow_up or (
        entry.user is not None and came_before(entry.service.practitioner, entry.user, now=now)
    )
    if not came:
        return []
    # Who did not want a time is not asked for one that overlaps it.
    asked = list(entry.offers.values_list("appointment__starts_at", "appointment__ends_at"))
    for slot in times[entry.service_id]:
        if any(slot.start < end and slot.end > start for start, end in asked):
            continue
        if not wants(entry, slot) or _is_busy(entry, slot):
            continue
        offer = _offer(entry, slot, now)
        if offer is not None:
            # What is left of the range is computed anew for whoever comes next.
            times.clear()
            return [offer]
    return []


def _times_in(freed: FreedTime, practitioner: Practitioner, entry: WaitingEntry, now: dt.datetime) -> list[slots.Slot]:
    """Free times of the entry's service that meet the freed range: those inside it first, from its beginning."""
    service = bookable_services().filter(pk=entry.service_id).first()
    if service is None:
        return []
    if freed.group:
        return [groups.as_slot(freed.group)]
    day = dt.timedelta(days=1)
    found = slots.free_slots(
        practitioner=practitioner,
        service=service,
        first_day=freed.starts_at.date() - day,
        last_day=freed.ends_at.date() + day,
        now=now,
    )
    times = [slot for here in found.values() for slot in here.slots]
    first = freed.starts_at + service.buffer_before_minutes * dt.timedelta(minutes=1)

    def inside_first(slot: slots.Slot) -> tuple[bool, dt.timedelta, dt.datetime]:
        return slot.start < freed.starts_at or slot.end > freed.ends_at, abs(slot.start - first), slot.start

    return sorted(
        (slot for slot in times if slot.start < freed.ends_at and slot.end > freed.starts_at), key=inside_first
    )


def _slot_of(entry: WaitingEntry, start: dt.datetime, now: dt.datetime) -> slots.Slot | None:
    if entry.service.is_group:
        return groups.as_slot(groups.open_at(service=entry.service, start=start))
    return slots.slot_at(practitioner=entry.practitioner, service=entry.service, start=start, now=now)


def _offer(entry: WaitingEntry, slot: slots.Slot, now: dt.datetime, *, by_hand: bool = False) -> WaitingOffer | None:
    """Hold the time and write; None when it cannot be had after all, or is too near to ask anybody."""
    until = answer_until(start=slot.start, zone=ZoneInfo(slot.zone), now=now)
    if until is None:
        return None
    try:
        with transaction.atomic():
            appointment = _held(entry, slot, until + GRACE, now)
            offer = WaitingOffer.objects.create(
                entry=entry, appointment=appointment, by_hand=by_hand, made_at=now, expires_at=until
            )
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        return None
    except (SlotTaken, PastTime, NotBookable):
        return None
    waiting_mails.offer(offer)
    return offer


def _held(entry: WaitingEntry, slot: slots.Slot, until: dt.datetime, now: dt.datetime) -> Appointment:
    key, service = secrets.token_urlsafe(32), entry.service
    if service.is_group:
        group = groups.open_at(service=service, start=slot.start)
        appointment = groups.hold_seat(group=group, service=service, holder_key=key, now=now, until=until)
    else:
        practitioner = Practitioner.objects.get(pk=entry.practitioner_id)
        appointment = frozen(practitioner, service, slot, holder_key=key, until=until, now=now)
        busy = appointment.busy_start, appointment.busy_end
        free_lapsed(practitioner_id=practitioner.pk, busy=busy, now=now)
        appointment.save()
        lifecycle.record(appointment, "hold", before="", by=BY.SYSTEM, now=now, detail="waiting list")
    appointment.contact_first_name, appointment.contact_last_name = entry.first_name, entry.last_name
    appointment.contact_email, appointment.contact_phone = entry.email, entry.phone
    appointment.save(update_fields=["contact_first_name", "contact_last_name", "contact_email", "contact_phone"])
    return appointment


def _is_busy(entry: WaitingEntry, slot: slots.Slot) -> bool:
    """This person has an appointment then, with anybody."""
    person = Q(contact_email__iexact=entry.email)
    if entry.user_id:
        person |= Q(client=entry.user_id)
    theirs = Appointment.objects.occupying().filter(person, starts_at__lt=slot.end, ends_at__gt=slot.start)
    return theirs.exists()


def _locked(offer_id: int) -> tuple[Appointment, WaitingOffer]:
    appointment = Appointment.objects.select_for_update(of=("self",), no_key=True).get(waiting_offer=offer_id)
    return appointment, WaitingOffer.objects.select_for_update(no_key=True).get(pk=offer_id)


def _close(
    appointment: Appointment,
    offer: WaitingOffer,
    state: WaitingOffer.State,
    step: Step,
    by: AppointmentEvent.By,
    now: dt.datetime,
) -> None:
    _set(offer, state, now)
    if appointment.status == Status.HELD:
        lifecycle.move(appointment, step, by=by, now=now)
        pass_on(practitioner_id=appointment.practitioner_id, now=now)


def _set(offer: WaitingOffer, state: WaitingOffer.State, now: dt.datetime) -> None:
    offer.state, offer.answered_at = state, offer.answered_at or now
    offer.save(update_fields=["state", "answered_at"])


def _entry_is(offer: WaitingOffer, state: WaitingEntry.State, now: dt.datetime) -> None:
    entry = WaitingEntry.objects.select_for_update(no_key=True).get(pk=offer.entry_id)
    if state == WaitingEntry.State.BOOKED and entry.state in WaitingEntry.LIVE:
        entry.state, entry.ended_at = state, now
    elif state == WaitingEntry.State.WAITING and entry.state == WaitingEntry.State.BOOKED:
        again = WaitingEntry.objects.filter(
            practitioner=entry.practitioner_id, service=entry.service_id, email=entry.email, state__in=WaitingEntry.LIVE
        )
        if again.exists():
            return
        entry.state, entry.ended_at = state, None
    entry.save(update_fields=["state", "ended_at"])


def _at_once(practitioner_id: int) -> bool:
    """The practitioner's queue, if nobody is in it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('booking'), %s)", [practitioner_id])
        return bool(cursor.fetchone()[0])
