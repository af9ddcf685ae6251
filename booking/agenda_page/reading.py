"""What is in an agenda between two days, read in a fixed number of queries whatever it holds."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from booking.agenda_page.axis import bounds
from booking.agenda_page.layout import Item, Kind, Range, merged, without
from booking.local_time import PARIS, boundary, days
from booking.models import Appointment, Closure, ExternalBusy, GroupSession, OpeningRule, Payment, Status
from booking.models.appointment import OCCUPYING
from booking.timetable.minutes import edge_at, moment, of_day
from booking.timetable.model import Opening, Weeks
from practitioners.models import Practitioner

SHOWN = (Status.REQUESTED, Status.CONFIRMED, Status.DONE, Status.CLIENT_ABSENT, Status.PRACTITIONER_ABSENT)
# Each is a colour and a form: the edge of its blocks is drawn differently (css/pages/agenda.css).
TINTS = ("lagon", "prune", "olive", "ardoise", "argile", "miel")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Tint:
    """What a colour stands for: a practice, or a service where there is one practice only."""

    name: str
    label: str


@dataclass
class Reading:
    items: list[Item]
    opened: list[Range]
    legend: list[Tint]


def read(practitioner: Practitioner, *, first: dt.date, last: dt.date, zone: ZoneInfo, now: dt.datetime) -> Reading:
    since, until = bounds(first, zone).start, bounds(last, zone).end
    tints = _tints(practitioner)
    closures = list(
        Closure.objects.filter(
            practitioner=practitioner, first_day__lte=last + _DAY, last_day__gte=first - _DAY
        ).select_related("place__commune__department")
    )
    items = [
        *(_appointment(row, tints) for row in _appointments(practitioner, since, until, now)),
        *(_group(row, tints) for row in _groups(practitioner, since, until)),
        *chain.from_iterable(_closure(row, first, last, zone) for row in closures),
        *(_external(row) for row in _outside(practitioner, since, until)),
    ]
    used = {item.tint for item in items}
    legend = {tint.name: tint for tint in tints.values() if tint.name in used}
    return Reading(items, _opened(practitioner, closures, first, last), list(legend.values()))


def zone_of(practitioner: Practitioner) -> ZoneInfo:
    """On whose clock the agenda is drawn: that of the main place."""
    return ZoneInfo(next((place.timezone for place in practitioner.places.all()), PARIS))


def taking(
    practitioner: Practitioner, start: dt.datetime, end: dt.datetime, *, zone: ZoneInfo, now: dt.datetime
) -> list[Item]:
    """What meets [start, end), pauses of appointments included."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    found = read(practitioner, first=first - _DAY, last=last + _DAY, zone=zone, now=now).items
    return [item for item in found if item.busy[0] < end and item.busy[1] > start]


def _appointments(
    practitioner: Practitioner, since: dt.datetime, until: dt.datetime, now: dt.datetime
) -> Iterable[Appointment]:
    """Those booked, and the holds of visitors who are booking right now."""
    being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
    alive = Q(status__in=SHOWN) | (Q(status=Status.HELD) & (Q(hold_expires_at__gt=now) | Exists(being_paid)))
    rows = Appointment.objects.filter(
        alive,
        practitioner=practitioner,
        group=None,
        starts_at__gte=since - _DAY,
        starts_at__lt=until + _DAY,
        busy_end__gt=since,
    )
    return rows.for_pages().order_by("starts_at", "pk")


def _groups(practitioner: Practitioner, since: dt.datetime, until: dt.datetime) -> Iterable[GroupSession]:
    taken = Count("seats_taken", filter=Q(seats_taken__status__in=[*OCCUPYING, *SHOWN]))
    rows = GroupSession.objects.filter(
        practitioner=practitioner, starts_at__gte=since - _DAY, starts_at__lt=until + _DAY, busy_end__gt=since
    ).exclude(status=GroupSession.Status.CANCELLED)
    return rows.annotate(taken=taken).select_related("service", "place").order_by("starts_at", "pk")


def _outside(practitioner: Practitioner, since: dt.datetime, until: dt.datetime) -> Iterable[ExternalBusy]:
    rows = ExternalBusy.objects.filter(practitioner=practitioner, ends_at__gt=since, starts_at__lt=until)
    return rows.select_related("connection").order_by("starts_at", "pk")


def _appointment(row: Appointment, tints: dict[int, Tint]) -> Item:
    held = row.status == Status.HELD
    return Item(
        kind=Kind.HOLD if held else Kind.APPOINTMENT,
        key=f"rdv-{row.reference}",
        start=row.starts_at,
        end=row.ends_at,
        title=_("Being booked") if held else row.attendee_name or row.service_name,
        busy=(row.busy_start, row.busy_end),
        tint="" if held or row.service_id not in tints else tints[row.service_id].name,
        source=row,
    )


def _group(row: GroupSession, tints: dict[int, Tint]) -> Item:
    return Item(
        kind=Kind.GROUP,
        key=f"groupe-{row.pk}",
        start=row.starts_at,
        end=row.ends_at,
        title=row.service.name,
        busy=(row.busy_start, row.busy_end),
        tint=tints[row.service_id].name if row.service_id in tints else "",
        source=row,
    )


def _closure(row: Closure, first: dt.date, last: dt.date, zone: ZoneInfo) -> Iterator[Item]:
    """One item a day for a part of days; one for whole days."""
    kind = Kind.BLOCK if row.kind == Closure.Kind.BLOCK else Kind.CLOSED
    title = row.note or str(row.get_kind_display())
    place = ZoneInfo(row.place.timezone) if row.place else zone
    if row.start is None or row.end is None:
        start, end = bounds(row.first_day, place).start, bounds(row.last_day, place).end
        # A closure of one place takes its hours away (see `_opened`), not the whole day.
        busy = (start, start) if row.place else (start, end)
        yield Item(kind, f"bloc-{row.pk}", start, end, title, busy, all_day=True, source=row)
        return
    for day in days(max(first, row.first_day), min(last, row.last_day)):
        start = boundary(dt.datetime.combine(day, row.start), place)
        end = boundary(dt.datetime.combine(day, row.end), place)
        if end > start:  # not the hour that is skipped
            busy = (start, start) if row.place else (start, end)
            yield Item(kind, f"bloc-{row.pk}-{day:%m%d}", start, end, title, busy, source=row)


def _external(row: ExternalBusy) -> Item:
    title = _("Busy (%(calendar)s)") % {"calendar": row.connection.label}
    if row.summary:
        title = f"{row.summary} ({row.connection.label})"
    busy = row.starts_at, row.ends_at
    return Item(Kind.EXTERNAL, f"ailleurs-{row.pk}", *busy, title, busy, all_day=row.all_day, source=row)


def _opened(practitioner: Practitioner, closures: list[Closure], first: dt.date, last: dt.date) -> list[Range]:
    """Opening hours, without those that a closure of their place takes away."""
    zones = {place.pk: place.timezone for place in practitioner.places.all()}
    main = next(iter(zones.values()), PARIS)
    partial = [row for row in closures if row.place_id]
    found: list[Range] = []
    rules = OpeningRule.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=last),
        Q(valid_until=None) | Q(valid_until__gte=first),
        practitioner=practitioner,
    )
    for rule in rules:
        zone = zones.get(rule.place_id or 0, main)
        opening = Opening(
            rule.weekday, of_day(rule.start), of_day(rule.end), frozenset(rule.modes), zone, rule.place_id,
            rule.valid_from, rule.valid_until, Weeks(rule.parity),
        )  # fmt: skip
        for day in days(first, last):
            if opening.applies(day):
                whole = moment(edge_at(zone, day, opening.start)), moment(edge_at(zone, day, opening.end))
                shut = [_shut(row, day, zone) for row in partial if row.place_id == rule.place_id]
                found += without([whole], shut)
    return merged(found)


def _shut(row: Closure, day: dt.date, zone: str) -> Range:
    """What a closure takes of a day; an empty range for another day."""
    place = ZoneInfo(zone)
    whole = bounds(day, place)
    if not row.first_day <= day <= row.last_day:
        return whole.start, whole.start
    if row.start is None or row.end is None:
        return whole.start, whole.end
    return boundary(dt.datetime.combine(day, row.start), place), boundary(dt.datetime.combine(day, row.end), place)


def _tints(practitioner: Practitioner) -> dict[int, Tint]:
    """By service. Several practices: a colour each; one alone: each of its services has its own."""
    services = sorted(practitioner.services.all(), key=lambda one: (one.archived_at is not None, one.position, one.pk))
    practices = {link.practice_id: link.practice.name for link in practitioner.practice_links.all()}
    by_practice = len({service.practice_id for service in services if service.archived_at is None}) > 1
    names: dict[int, Tint] = {}
    for service in services:
        key = service.practice_id if by_practice else service.pk
        if key not in names:
            label = practices.get(key) or service.practice.name if by_practice else service.name
            names[key] = Tint(TINTS[len(names) % len(TINTS)], label)
    return {service.pk: names[service.practice_id if by_practice else service.pk] for service in services}
