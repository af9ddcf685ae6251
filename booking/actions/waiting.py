"""The waiting list: registering, leaving, being removed, and what time alone ends."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from accounts.models import User
from booking import waiting_mails
from booking.errors import NotBookable
from booking.models import WaitingEntry, WaitingOffer
from booking.policies.follow_up import came_before
from booking.policies.offer import bookable_services
from booking.waiting_rules import LONGEST_WAIT
from legal.retention import holds
from practitioners.models import Practitioner, Service

State = WaitingEntry.State
CONFIRM_WITHIN = dt.timedelta(hours=48)
KEPT_AFTER_END = dt.timedelta(days=90)


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    email: str
    phone: str = ""


@dataclass(frozen=True)
class Wishes:
    """Empty lists mean any day, any time of the day."""

    first_day: dt.date
    until: dt.date
    weekdays: list[int] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def register(
    *, practitioner: Practitioner, service: Service, person: Person, wishes: Wishes, user: User | None, now: dt.datetime
) -> WaitingEntry:
    """Put somebody on the list: at once for who is signed in, else once the link of the mail was opened.

    Whoever waits already keeps their turn; signed in, the wishes are replaced. What is answered never says whether an
    address was known. Raises NotBookable (not offered, or a follow-up asked for by somebody not known to have come).
    """
    offered = bookable_services().filter(pk=service.pk, practitioner=practitioner).exists()
    if not offered or (service.follow_up and (user is None or not came_before(practitioner, user, now=now))):
        raise NotBookable
    email = (user.email if user else person.email).lower()
    for _attempt in range(3):
        try:
            with transaction.atomic():
                return _registered(practitioner, service, person, email, wishes, user, now)
        except IntegrityError:
            # The same person, at the same instant: the row is there at the next reading.
            continue
    raise NotBookable


def _registered(
    practitioner: Practitioner,
    service: Service,
    person: Person,
    email: str,
    wishes: Wishes,
    user: User | None,
    now: dt.datetime,
) -> WaitingEntry:
    rows = WaitingEntry.objects.select_for_update(of=("self",), no_key=True).select_related("practitioner", "service")
    known = rows.filter(practitioner=practitioner, service=service, email=email, state__in=WaitingEntry.LIVE).first()
    if known and known.state == State.WAITING and user is None:
        # Whoever typed this address did not prove to read it: the mail says that they wait already, and nothing changes.
        waiting_mails.already_waiting(known, now=now)
        return known
    entry = known or WaitingEntry(
        practitioner=practitioner, service=service, email=email, state=State.UNCONFIRMED, created_at=now
    )
    entry.first_name, entry.last_name, entry.phone = person.first_name, person.last_name, person.phone
    entry.first_day, entry.until = wishes.first_day, min(wishes.until, wishes.first_day + LONGEST_WAIT)
    entry.weekdays, entry.parts = sorted(set(wishes.weekdays)), sorted(set(wishes.parts))
    entry.user = user or entry.user
    if user:
        entry.state, entry.confirmed_at = State.WAITING, entry.confirmed_at or now
    elif not known:
        entry.created_at = now
    entry.save()
    if user is None:
        waiting_mails.confirm(entry, now=now)
    elif not known:
        waiting_mails.registered(entry)
    return entry


@transaction.atomic
def confirm(*, entry_id: int, now: dt.datetime) -> WaitingEntry:
    """The link of the mail was used: the turn counts from the registration."""
    entry = _locked(entry_id)
    if entry.state == State.UNCONFIRMED:
        entry.state, entry.confirmed_at = State.WAITING, now
        entry.save(update_fields=["state", "confirmed_at"])
        waiting_mails.registered(entry)
    return entry


@transaction.atomic
def leave(*, entry_id: int, now: dt.datetime) -> WaitingEntry:
    """One press; an offer that waits for this person's answer goes to the next one."""
    return _end(_locked(entry_id), State.LEFT, now)


@transaction.atomic
def remove(*, entry_id: int, now: dt.datetime) -> WaitingEntry:
    """By the practitioner; the person is told."""
    entry = _locked(entry_id)
    if entry.state in WaitingEntry.LIVE:
        waiting_mails.removed(entry)
    return _end(entry, State.REMOVED, now)


@transaction.atomic
def end_past(*, entry_id: int, today: dt.date, now: dt.datetime) -> bool:
    """The last day wanted is over."""
    entry = _locked(entry_id)
    if entry.state not in WaitingEntry.LIVE or entry.until >= today:
        return False
    if entry.state == State.WAITING:
        waiting_mails.over(entry)
    _end(entry, State.OVER, now)
    return True


def purge(*, now: dt.datetime) -> int:
    """Erase what nobody confirmed in two days, and what ended three months ago (Annexe A)."""
    unconfirmed = WaitingEntry.objects.filter(state=State.UNCONFIRMED, created_at__lte=now - CONFIRM_WITHIN)
    ended = WaitingEntry.objects.filter(ended_at__lte=now - KEPT_AFTER_END)
    return unconfirmed.delete()[0] + holds.free("waiting-list", ended, now).delete()[0]


def _locked(entry_id: int) -> WaitingEntry:
    rows = WaitingEntry.objects.select_for_update(of=("self",), no_key=True).select_related("practitioner", "service")
    return rows.get(pk=entry_id)


def _end(entry: WaitingEntry, state: str, now: dt.datetime) -> WaitingEntry:
    if entry.state not in WaitingEntry.LIVE:
        return entry
    entry.state, entry.ended_at = state, now
    entry.save(update_fields=["state", "ended_at"])
    open_offers = WaitingOffer.objects.filter(entry=entry, state=WaitingOffer.State.OPEN).values_list("pk", flat=True)
    for offer_id in open_offers:
        _give_up(offer_id)
    return entry


def _give_up(offer_id: int) -> None:
    """After commit, and by the sweep if that is lost: an offer takes the lock of its appointment first."""

    def ask() -> None:
        from booking.tasks import withdraw_offer
        from common.tasks import enqueue

        enqueue(withdraw_offer, offer_id)

    transaction.on_commit(ask)
