"""What is known of agendas, read from the database for many practitioners at once: a bounded number of queries."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.local_time import PARIS
from booking.models import Appointment, BookingSettings, Closure, OpeningRule, Payment, Status
from practitioners.models import PracticePlace


@dataclass
class Agenda:
    """One practitioner's rules, closures and occupied ranges. Ranges are sorted and do not overlap (the database sees to it)."""

    settings: BookingSettings
    zone: ZoneInfo
    rules: list[OpeningRule] = field(default_factory=list)
    zones: dict[int | None, ZoneInfo] = field(default_factory=dict)
    closures: list[Closure] = field(default_factory=list)
    starts: list[dt.datetime] = field(default_factory=list)
    ends: list[dt.datetime] = field(default_factory=list)
    sessions: list[dt.datetime] = field(default_factory=list)

    def zone_of(self, place_id: int | None) -> ZoneInfo:
        return self.zones.get(place_id, self.zone)

    def is_free(self, start: dt.datetime, end: dt.datetime) -> bool:
        """No occupied range meets [start, end)."""
        after = bisect_left(self.starts, end)
        return after == 0 or self.ends[after - 1] <= start

    def sessions_on(self, day: dt.date) -> int:
        return sum(moment.astimezone(self.zone).date() == day for moment in self.sessions)


def read(
    practitioner_ids: Iterable[int], *, since: dt.datetime, until: dt.datetime, now: dt.datetime, holder_key: str = ""
) -> dict[int, Agenda]:
    """Agendas between two instants, in five queries whatever their number.

    A hold that lapsed without a payment under way no longer occupies (whoever books frees it), nor does the hold of the
    visitor who asks (`holder_key`): going back still shows one's own time.
    """
    ids = list(practitioner_ids)
    settings = {row.practitioner_id: row for row in BookingSettings.objects.filter(practitioner__in=ids)}
    places = (
        PracticePlace.objects.filter(practitioner__in=ids)
        .select_related("commune__department")
        .order_by("position", "pk")
    )
    agendas: dict[int, Agenda] = {}
    for place in places:
        zone = ZoneInfo(place.timezone)
        agenda = agendas.setdefault(place.practitioner_id, Agenda(BookingSettings(), zone))
        agenda.zones[place.pk] = zone
    for pk in ids:
        agenda = agendas.setdefault(pk, Agenda(BookingSettings(), ZoneInfo(PARIS)))
        agenda.settings = settings.get(pk) or agenda.settings
    first, last = since.date() - dt.timedelta(days=1), until.date() + dt.timedelta(days=1)
    current = Q(valid_from=None) | Q(valid_from__lte=last)
    current &= Q(valid_until=None) | Q(valid_until__gte=first)
    for rule in OpeningRule.objects.filter(current, practitioner__in=ids).order_by("start"):
        agendas[rule.practitioner_id].rules.append(rule)
    for closure in Closure.objects.filter(practitioner__in=ids, last_day__gte=first, first_day__lte=last):
        agendas[closure.practitioner_id].closures.append(closure)
    rows = occupying(ids, now=now, holder_key=holder_key).filter(busy_end__gt=since, busy_start__lt=until)
    for pk, start, end, session in rows.order_by("busy_start").values_list(
        "practitioner", "busy_start", "busy_end", "starts_at"
    ):
        agendas[pk].starts.append(start)
        agendas[pk].ends.append(end)
        agendas[pk].sessions.append(session)
    return agendas


def occupying(practitioner_ids: Iterable[int], *, now: dt.datetime, holder_key: str = "") -> QuerySet[Appointment]:
    """Appointments that really keep a time from the one who asks, at `now`."""
    rows = Appointment.objects.occupying().filter(practitioner__in=list(practitioner_ids))
    if holder_key:
        rows = rows.exclude(status=Status.HELD, holder_key=holder_key)
    being_paid = Payment.objects.filter(appointment=OuterRef("pk"), status__in=Payment.LIVE)
    return rows.exclude(Q(status=Status.HELD, hold_expires_at__lte=now) & ~Exists(being_paid))
