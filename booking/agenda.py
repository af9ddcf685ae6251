"""Agendas read from the database for many practitioners at once, as the pure core sees them: a bounded number of queries.

What the practitioner decided (the frame) is kept in the process under its age, which triggers renew at the commit of any write
that matters; what is taken is read anew, in one query whatever the number of practitioners. Inside a transaction ages are those
of before it: nothing is kept nor taken from memory there.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from django.db import connection

from booking.local_time import PARIS
from booking.models import (
    AgendaVersion,
    Appointment,
    BookingSettings,
    Closure,
    OpeningRule,
    Payment,
    Status,
    TravelTime,
)
from booking.policies.offer import bookable_services
from booking.timetable.minutes import of_day
from booking.timetable.model import HOME, Busy, Closing, Frame, Kind, Offer, Opening, Session, Terms, Timetable, Weeks
from common.compiled import Compiled, Given, ask
from practitioners.models import ContractEnd, PracticePlace, Practitioner, Service
from practitioners.models.service import Mode


class Age(NamedTuple):
    frame: int
    busy: int


class Known(NamedTuple):
    """A practitioner's frame and bookable sessions, in their order; the age under which answers may be kept, if known."""

    frame: Frame
    offers: tuple[Offer, ...]
    age: Age | None


_frames: LRUCache[tuple[int, int], Known] = LRUCache(maxsize=4_000)
_lock = Lock()


def forget() -> None:
    """What is in memory belongs to a database that is no longer the one asked: restored, or another test's."""
    with _lock:
        _frames.clear()


def offer_of(service: Service) -> Offer:
    return Offer(
        service_id=service.pk,
        mode=service.mode,
        duration=service.duration_minutes,
        before=service.buffer_before_minutes,
        after=service.buffer_after_minutes,
        is_group=service.is_group,
        follow_up=service.follow_up,
    )


def in_transaction() -> bool:
    """Whether ages must not be trusted: what this transaction wrote has not changed them yet."""
    return connection.in_atomic_block


def ages(practitioner_ids: Collection[int]) -> dict[int, Age]:
    """How old each agenda is; nothing inside a transaction, whose own writes have not aged it yet."""
    if in_transaction():
        return {}
    rows, _count = ask(
        "select practitioner_id, frame, busy from booking_agendaversion where practitioner_id = any(%s)",
        [list(practitioner_ids)],
    )
    return {pk: Age(frame, busy) for pk, frame, busy in rows}


# One question for practitioners and the ages of their agendas, in SQL as it is: this is asked more often than anything else.
_LISTED = """
select p.id, p.slug, v.frame, v.busy from practitioners_practitioner p
left join booking_agendaversion v on v.practitioner_id = p.id where p.slug = any(%s) and p.status = %s
"""


def listed(slugs: list[str]) -> tuple[dict[int, str], dict[int, Age]]:
    """Those of them whom the public may see; how old their agendas are, as far as that can be trusted."""
    rows, _count = ask(_LISTED, [slugs, str(Practitioner.Status.LISTED)])
    trusted = () if in_transaction() else rows
    return {row[0]: row[1] for row in rows}, {pk: Age(frame, busy) for pk, _slug, frame, busy in trusted if frame}


def known(practitioner_ids: Iterable[int], aged: Mapping[int, Age] | None = None) -> dict[int, Known]:
    """The frame of each: one query when all are in memory, seven when some are not."""
    ids = list(dict.fromkeys(practitioner_ids))
    aged = ages(ids) if aged is None else aged
    found: dict[int, Known] = {}
    with _lock:
        for pk in ids:
            if (age := aged.get(pk)) and (kept := _frames.get((pk, age.frame))):
                if kept.age != age:
                    kept = _frames[pk, age.frame] = kept._replace(age=age)
                found[pk] = kept
    missing = [pk for pk in ids if pk not in found]
    if missing:
        read = _read_frames(missing)
        with _lock:
            for pk in missing:
                age = aged.get(pk)
                found[pk] = read[pk]._replace(age=age)
                if age:
                    _frames[pk, age.frame] = found[pk]
    return found


_OF_THAT_AGE = Compiled(
    lambda: AgendaVersion.objects.filter(pk=Given("practitioner"), frame=Given("frame")).values_list("pk")
)


def still(practitioner_id: int, read: Known) -> Known:
    """In the practitioner's queue: what was read before one's turn, read anew if something was decided meanwhile."""
    if read.age and _OF_THAT_AGE.exists(practitioner=practitioner_id, frame=read.age.frame):
        return read
    return _read_frames([practitioner_id])[practitioner_id]


def _read_frames(ids: list[int]) -> dict[int, Known]:
    settings = {row.practitioner_id: row for row in BookingSettings.objects.filter(practitioner__in=ids)}
    places = PracticePlace.objects.filter(practitioner__in=ids).select_related("commune__department")
    zones: dict[int, dict[int | None, str]] = defaultdict(dict)
    for place in places.order_by("position", "pk"):
        zones[place.practitioner_id].setdefault(None, place.timezone)
        zones[place.practitioner_id][place.pk] = place.timezone
    openings: dict[int, list[Opening]] = defaultdict(list)
    for rule in OpeningRule.objects.filter(practitioner__in=ids).order_by("place__position", "place", "start", "pk"):
        openings[rule.practitioner_id].append(_opening(rule, zones[rule.practitioner_id]))
    closings: dict[int, list[Closing]] = defaultdict(list)
    for closure in Closure.objects.filter(practitioner__in=ids):
        closings[closure.practitioner_id].append(_closing(closure))
    # From the day a contract ends nothing is offered: said to the agenda as a closing that has no end.
    for end in ContractEnd.objects.filter(practitioner__in=ids, status=ContractEnd.Status.ANNOUNCED):
        if end.ends_on is not None:
            closings[end.practitioner_id].append(Closing(first_day=end.ends_on, last_day=dt.date.max))
    travel: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    # The main place stands twice in `zones`: a road needs two.
    travelling = [pk for pk in ids if len(zones[pk]) > 2]
    for road in TravelTime.objects.filter(practitioner__in=travelling) if travelling else ():
        travel[road.practitioner_id][road.first_place_id, road.second_place_id] = road.minutes
    offers: dict[int, list[Offer]] = defaultdict(list)
    for service in bookable_services().filter(practitioner__in=ids).order_by("position", "pk"):
        offers[service.practitioner_id].append(offer_of(service))
    found = {}
    for pk in ids:
        terms = _terms(settings.get(pk) or BookingSettings(), travel[pk])
        frame = Frame(zones[pk].get(None, PARIS), terms, tuple(openings[pk]), tuple(closings[pk]))
        found[pk] = Known(frame, tuple(offers[pk]), None)
    return found


def _terms(row: BookingSettings, travel: Mapping[tuple[int, int], int]) -> Terms:
    return Terms(
        notice=row.minimum_notice_minutes,
        horizon_days=row.horizon_days,
        step=row.slot_step_minutes,
        most_a_day=row.daily_maximum,
        home_travel=row.home_travel_minutes,
        travel=travel,
    )


def _opening(rule: OpeningRule, zones: Mapping[int | None, str]) -> Opening:
    return Opening(
        weekday=rule.weekday,
        start=of_day(rule.start),
        end=of_day(rule.end),
        modes=frozenset(rule.modes),
        zone=zones.get(rule.place_id) or zones.get(None, PARIS),
        place_id=rule.place_id,
        first_day=rule.valid_from,
        last_day=rule.valid_until,
        weeks=Weeks(rule.parity),
    )


def _closing(closure: Closure) -> Closing:
    return Closing(
        first_day=closure.first_day,
        last_day=closure.last_day,
        start=None if closure.start is None else of_day(closure.start),
        end=None if closure.end is None else of_day(closure.end),
        place_id=closure.place_id,
        note=closure.note,
    )


# A hold that lapsed without a payment under way no longer occupies (whoever books frees it), nor does the hold of the visitor
# who asks: going back still shows one's own time. What is partly in a minute takes all of it.
_TAKEN = """
select practitioner_id, floor(extract(epoch from busy_start) / 60)::bigint, ceil(extract(epoch from busy_end) / 60)::bigint,
       floor(extract(epoch from starts_at) / 60)::bigint, ceil(extract(epoch from ends_at) / 60)::bigint,
       place_id, mode, case when hold_expires_at > %(now)s then hold_expires_at end,
       case when group_id is not null then 'group' when hold_expires_at is not null then 'hold' else 'appointment' end, ''
from booking_occupation o
where practitioner_id = any(%(ids)s) and busy_end > %(since)s and busy_start < %(until)s
      and (hold_expires_at is null or hold_expires_at > %(now)s or exists (
          select from booking_payment p where p.appointment_id = o.appointment_id and p.status = any(%(live)s)))
      and (%(key)s = '' or hold_expires_at is null or not exists (
          select from booking_appointment a where a.id = o.appointment_id and a.holder_key = %(key)s))
union all
select b.practitioner_id, floor(extract(epoch from starts_at) / 60)::bigint, ceil(extract(epoch from ends_at) / 60)::bigint,
       0, 0, null, '', null, 'external', c.label
from booking_externalbusy b join booking_calendarconnection c on c.id = b.connection_id
where b.practitioner_id = any(%(ids)s) and ends_at > %(since)s and starts_at < %(until)s
order by 1, 2
"""
_SESSIONS = """
select g.practitioner_id, g.id, g.service_id, floor(extract(epoch from g.starts_at) / 60)::bigint,
       ceil(extract(epoch from g.ends_at) / 60)::bigint, g.timezone, g.place_id, g.seats - count(a.id),
       min(case when a.hold_expires_at > %(now)s and a.status = 'held' then a.hold_expires_at end)
from booking_groupsession g left join booking_appointment a
     on a.group_id = g.id and a.status in ('held', 'requested', 'confirmed') and (%(key)s = '' or a.holder_key <> %(key)s)
        and (a.status <> 'held' or a.hold_expires_at > %(now)s or exists (
            select from booking_payment p where p.appointment_id = a.id and p.status = any(%(live)s)))
where g.practitioner_id = any(%(ids)s) and g.status = 'open' and g.ends_at > %(since)s and g.starts_at < %(until)s
group by g.id order by g.starts_at
"""


_KINDS = {kind.value: kind for kind in Kind}


def read(
    frames: Mapping[int, Known],
    *,
    since: dt.datetime,
    until: dt.datetime,
    now: dt.datetime,
    holder_key: str = "",
    groups: bool = False,
) -> dict[int, Timetable]:
    """What is taken between two instants, in one query; one more with the sessions of `groups`, one for daily maxima."""
    values: dict[str, Any] = {
        "ids": list(frames), "since": since, "until": until, "now": now, "key": holder_key, "live": list(Payment.LIVE),
    }  # fmt: skip
    busy: dict[int, list[Busy]] = defaultdict(list)
    outside: dict[int, list[Busy]] = defaultdict(list)
    sessions: dict[int, list[Session]] = defaultdict(list)
    for pk, start, end, starts_at, ends_at, place_id, mode, lapses, kind, label in ask(_TAKEN, values)[0]:
        where = place_id if mode == Mode.PRACTICE else HOME if mode == Mode.HOME else None
        one = Busy(start, end, starts_at, ends_at, where, _KINDS[kind], lapses, label)
        (outside if kind == Kind.EXTERNAL else busy)[pk].append(one)
    if groups:
        for pk, group, service, start, end, zone, place_id, left, lapses in ask(_SESSIONS, values)[0]:
            sessions[pk].append(Session(group, service, start, end, max(left, 0), zone, place_id, lapses))
    over = _over([pk for pk, one in frames.items() if one.frame.terms.most_a_day is not None], now)
    return {
        pk: Timetable(one.frame, tuple(busy[pk]), tuple(outside[pk]), tuple(sessions[pk]), tuple(over[pk]))
        for pk, one in frames.items()
    }


def _over(ids: list[int], now: dt.datetime) -> dict[int, list[int]]:
    """Starts of the sessions of these last hours that took place: they count towards the most a day."""
    found: dict[int, list[int]] = defaultdict(list)
    if ids:
        held = (Status.DONE, Status.CLIENT_ABSENT)
        rows = Appointment.objects.filter(practitioner__in=ids, status__in=held, group=None)
        since = now - dt.timedelta(hours=36)
        for pk, start in rows.filter(starts_at__gt=since).values_list("practitioner", "starts_at"):
            found[pk].append(int(start.timestamp()) // 60)
    return found
