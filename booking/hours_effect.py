"""What a week of hours would change, before it is saved: computed by the same code as the times that clients see."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from booking import agenda
from booking.actions.opening import Range
from booking.models import Appointment
from booking.policies.closing import is_within, upcoming
from booking.timetable.minutes import date_at, floor, of_day
from booking.timetable.model import Frame, Offer, Opening, Timetable, Weeks
from booking.timetable.times import Moment, day_times
from practitioners.models import Practitioner

DAYS = 28


@dataclass(frozen=True)
class Effect:
    """Times a client could choose in the next four weeks, more and fewer; appointments the hours would no longer allow."""

    more: int
    fewer: int
    total: int
    outside: Sequence[Appointment]


def opening_of(item: Range, zone: str) -> Opening:
    return Opening(
        weekday=item.weekday, start=of_day(item.start), end=of_day(item.end), modes=frozenset(item.modes), zone=zone,
        place_id=item.place_id, first_day=item.since, weeks=Weeks(item.parity),
    )  # fmt: skip


def of_week(*, practitioner: Practitioner, ranges: Sequence[Range], now: dt.datetime) -> Effect:
    known = agenda.known([practitioner.pk])[practitioner.pk]
    zones = {place.pk: place.timezone for place in practitioner.places.select_related("commune__department")}
    order = {pk: number for number, pk in enumerate(zones)}
    dated = [opening for opening in known.frame.openings if opening.last_day is not None]
    weekly = [opening_of(item, zones.get(item.place_id or 0, known.frame.zone)) for item in ranges]
    openings = sorted([*dated, *weekly], key=lambda one: (order.get(one.place_id or 0, len(order)), one.start))
    after = Frame(known.frame.zone, known.frame.terms, tuple(openings), known.frame.closings)
    until = now + dt.timedelta(days=DAYS + 1)
    timetable = agenda.read({practitioner.pk: known}, since=now - dt.timedelta(days=1), until=until, now=now)
    here = timetable[practitioner.pk]
    services = practitioner.services.filter(archived_at=None, seats=1)
    offers = [agenda.offer_of(service) for service in services]
    times_before = _times(here, offers, now)
    times_after = _times(replace(here, frame=after), offers, now)
    outside = [row for row in upcoming(practitioner, now) if row.group_id is None and not is_within(row, openings)]
    return Effect(
        more=len(times_after - times_before),
        fewer=len(times_before - times_after),
        total=len(times_after),
        outside=outside,
    )


def _times(timetable: Timetable, offers: Sequence[Offer], now: dt.datetime) -> set[int]:
    """The starts that some session could take: one that several could is one time."""
    today = date_at(timetable.frame.zone, floor(now))
    at = Moment.at(now)
    days = [today + dt.timedelta(days=number) for number in range(DAYS)]
    return {time.start for offer in offers for day in days for time in day_times(timetable, offer, day, at).times}
