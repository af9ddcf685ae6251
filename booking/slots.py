"""Free times: weekly rules on local clocks, turned into instants, minus everything that takes them away."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import agenda as agendas
from booking.agenda import Agenda
from booking.local_time import boundary, days, instant
from booking.models import OpeningRule
from booking.policies.offer import bookable_services
from practitioners.models import Practitioner, Service

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Slot:
    """A free time. `start` and `end` are instants in UTC; show them on the clock of `zone`."""

    start: dt.datetime
    end: dt.datetime
    place_id: int | None
    mode: str
    service_id: int
    zone: str


@dataclass
class DaySlots:
    """The free times of a local day, or the reason why there is none, in words."""

    date: dt.date
    slots: list[Slot] = field(default_factory=list)
    reason: str | Promise = ""


def free_slots(
    *,
    practitioner: Practitioner,
    service: Service,
    first_day: dt.date,
    last_day: dt.date,
    now: dt.datetime,
    holder_key: str = "",
) -> dict[dt.date, DaySlots]:
    """Each day from `first_day` to `last_day` (local, at most 62) with its free times or why it has none."""
    last_day = min(last_day, first_day + dt.timedelta(days=61))
    agenda = _read([practitioner.pk], first_day, last_day, now, holder_key)[practitioner.pk]
    return {day: day_slots(agenda, service, day, now) for day in days(first_day, last_day)}


def next_slots(
    practitioner_ids: Iterable[int],
    *,
    now: dt.datetime,
    days: int = 3,
    per_day: int = 4,
    modes: Collection[str] = (),
    fits: Callable[[Slot], bool] | None = None,
    within: tuple[dt.date, dt.date] = (dt.date.min, dt.date.max),
) -> dict[int, list[DaySlots]]:
    """For each practitioner the next `days` days that have free times of one service, `per_day` at most each.

    Of the first bookable service; or, where a time must be in one of `modes` and one that `fits`, of the service that has
    the earliest such time. Local days outside `within` are not read. Six queries whatever the number of practitioners; who
    has no such time is absent.
    """
    asked = bool(modes) or fits is not None
    services: dict[int, list[Service]] = {}
    for service in bookable_services().filter(practitioner__in=list(practitioner_ids)).order_by("position", "pk"):
        offered = services.setdefault(service.practitioner_id, [])
        if asked or not offered:
            offered.append(service)
    if not services:
        return {}
    today = now.date() - dt.timedelta(days=1)
    first, last = max(within[0], today), min(within[1], today + dt.timedelta(days=367))
    read = _read(services, first, last, now, "")
    found: dict[int, list[DaySlots]] = {}
    for pk, offered in services.items():
        choices = [
            _next_days(read[pk], service, now, (first, last), days, per_day, fits)
            for service in offered
            if not modes or service.mode in modes
        ]
        if any(choices):
            found[pk] = min((choice for choice in choices if choice), key=lambda choice: choice[0].slots[0].start)
    return found


def _next_days(
    agenda: Agenda,
    service: Service,
    now: dt.datetime,
    within: tuple[dt.date, dt.date],
    days: int,
    per_day: int,
    fits: Callable[[Slot], bool] | None,
) -> list[DaySlots]:
    found: list[DaySlots] = []
    day = max(now.astimezone(agenda.zone).date(), within[0])
    last = min(within[1], (now + dt.timedelta(days=agenda.settings.horizon_days)).astimezone(agenda.zone).date())
    while agenda.rules and day <= last and len(found) < days:
        times = [slot for slot in day_slots(agenda, service, day, now).slots if fits is None or fits(slot)]
        if times:
            found.append(DaySlots(day, times[:per_day]))
        day += dt.timedelta(days=1)
    return found


def free_by_mode(practitioner_ids: Iterable[int], *, now: dt.datetime, days: int) -> dict[int, dict[str, list[Slot]]]:
    """Every free time of the next `days` local days, of every bookable service, by way to meet (cabinet, visio, domicile).

    Six queries whatever the number of practitioners. Services that last and pause alike share their times: asked once.
    """
    services: dict[int, dict[tuple[object, ...], Service]] = {}
    for service in bookable_services().filter(practitioner__in=list(practitioner_ids)).order_by("position", "pk"):
        alike = service.mode, service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes
        services.setdefault(service.practitioner_id, {}).setdefault(alike, service)
    if not services:
        return {}
    yesterday = now.date() - dt.timedelta(days=1)
    read = _read(services, yesterday, yesterday + dt.timedelta(days=days + 2), now, "")
    found: dict[int, dict[str, list[Slot]]] = {}
    for pk, offered in services.items():
        agenda = read[pk]
        today = now.astimezone(agenda.zone).date()
        for service in offered.values() if agenda.rules else ():
            times = found.setdefault(pk, {}).setdefault(service.mode, [])
            for number in range(days):
                times += day_slots(agenda, service, today + dt.timedelta(days=number), now).slots
    return found


def nearest(
    *,
    practitioner: Practitioner,
    service: Service,
    to: dt.datetime,
    now: dt.datetime,
    holder_key: str = "",
    count: int = 3,
) -> list[Slot]:
    """The free times closest to the instant `to`, soonest first."""
    day = max(to, now).date()
    found: list[Slot] = []
    for reach in (3, 21):
        first = max(day - dt.timedelta(days=reach), now.date() - dt.timedelta(days=1))
        week = free_slots(
            practitioner=practitioner,
            service=service,
            first_day=first,
            last_day=day + dt.timedelta(days=reach),
            now=now,
            holder_key=holder_key,
        )
        found = [slot for here in week.values() for slot in here.slots]
        if len(found) >= count:
            break
    closest = sorted(found, key=lambda slot: (abs(slot.start - to), slot.start))[:count]
    return sorted(closest, key=lambda slot: slot.start)


def slot_at(
    *, practitioner: Practitioner, service: Service, start: dt.datetime, now: dt.datetime, holder_key: str = ""
) -> Slot | None:
    """The free time that starts at this instant, if it is one."""
    day = start.date()
    around = free_slots(
        practitioner=practitioner,
        service=service,
        first_day=day - dt.timedelta(days=1),
        last_day=day + dt.timedelta(days=1),
        now=now,
        holder_key=holder_key,
    )
    return next((slot for here in around.values() for slot in here.slots if slot.start == start), None)


def day_slots(agenda: Agenda, service: Service, day: dt.date, now: dt.datetime) -> DaySlots:
    settings = agenda.settings
    today = now.astimezone(agenda.zone).date()
    if day < today:
        return DaySlots(day, reason=_("Past"))
    if day > today + dt.timedelta(days=settings.horizon_days):
        text = ngettext("Bookings open %(n)s day ahead", "Bookings open %(n)s days ahead", settings.horizon_days)
        return DaySlots(day, reason=text % {"n": settings.horizon_days})
    earliest = now + settings.minimum_notice_minutes * MINUTE
    offered = [slot for slot in _candidates(agenda, service, day) if not _closed(agenda, slot, day)]
    if not offered:
        return DaySlots(day, reason=_("Closed"))
    in_time = [slot for slot in offered if slot.start >= earliest]
    if not in_time:
        return DaySlots(
            day,
            reason=_("Too soon: book at least %(notice)s ahead")
            % {"notice": notice_in_words(settings.minimum_notice_minutes)},
        )
    if settings.daily_maximum is not None and agenda.sessions_on(day) >= settings.daily_maximum:
        return DaySlots(day, reason=_("Full"))
    before, after = service.buffer_before_minutes * MINUTE, service.buffer_after_minutes * MINUTE
    free = [slot for slot in in_time if agenda.is_free(slot.start - before, slot.end + after)]
    return DaySlots(day, slots=free, reason="" if free else _("Full"))


def notice_in_words(minutes: int) -> str:
    if minutes % 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _read(
    practitioner_ids: Iterable[int], first: dt.date, last: dt.date, now: dt.datetime, holder_key: str
) -> dict[int, Agenda]:
    """Agendas over local days, with a day and a half of margin for zones and buffers."""
    since = dt.datetime.combine(first, dt.time(), dt.UTC) - dt.timedelta(hours=36)
    until = dt.datetime.combine(last, dt.time(), dt.UTC) + dt.timedelta(hours=60)
    return agendas.read(practitioner_ids, since=since, until=until, now=now, holder_key=holder_key)


def _candidates(agenda: Agenda, service: Service, day: dt.date) -> list[Slot]:
    """Every start that the rules of the day allow, by time; one place a start (the main one first)."""
    found: dict[dt.datetime, Slot] = {}
    for rule in agenda.rules:
        if service.mode in rule.modes and _applies(rule, day):
            place_id = rule.place_id if service.mode == "cabinet" else None
            for slot in _expand(
                rule, agenda.zone_of(rule.place_id), agenda.settings.slot_step_minutes, service, day, place_id
            ):
                found.setdefault(slot.start, slot)
    return [found[start] for start in sorted(found)]


def _applies(rule: OpeningRule, day: dt.date) -> bool:
    if rule.weekday != day.weekday():
        return False
    if (rule.valid_from and day < rule.valid_from) or (rule.valid_until and day > rule.valid_until):
        return False
    if rule.parity == OpeningRule.Parity.ALL:
        return True
    return (day.isocalendar().week % 2 == 0) == (rule.parity == OpeningRule.Parity.EVEN)


def _expand(
    rule: OpeningRule, zone: ZoneInfo, step: int, service: Service, day: dt.date, place_id: int | None
) -> Iterator[Slot]:
    """Starts every `step` minutes of local time; a session lasts its duration in elapsed time and ends within the range."""
    closes = boundary(dt.datetime.combine(day, rule.end), zone)
    local = dt.datetime.combine(day, rule.start)
    last = dt.datetime.combine(day, rule.end)
    lasts = service.duration_minutes * MINUTE
    while local < last:
        start = instant(local, zone)
        if start is not None and start + lasts <= closes:
            yield Slot(start, start + lasts, place_id, service.mode, service.pk, zone.key)
        local += step * MINUTE


def _closed(agenda: Agenda, slot: Slot, day: dt.date) -> bool:
    zone = ZoneInfo(slot.zone)
    for closure in agenda.closures:
        if not closure.first_day <= day <= closure.last_day:
            continue
        if closure.start is None or closure.end is None:
            return True
        starts = boundary(dt.datetime.combine(day, closure.start), zone)
        ends = boundary(dt.datetime.combine(day, closure.end), zone)
        if slot.start < ends and slot.end > starts:
            return True
    return False
