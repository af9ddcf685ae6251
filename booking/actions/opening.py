"""Changing when a practitioner receives, and how bookings are taken. What is booked already stays."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from booking.holidays_calendar import Holiday
from booking.models import BookingSettings, Closure, OpeningRule, TravelTime
from booking.policies.closing import appointments_within
from common.signals import listing_changed
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Range:
    """One weekly range; `place_id` is None for sessions away from a practice. `since`: the Monday alternate weeks count from."""

    weekday: int
    start: dt.time
    end: dt.time
    modes: tuple[str, ...]
    place_id: int | None
    parity: str = OpeningRule.Parity.ALL
    since: dt.date | None = None


@transaction.atomic
def replace_week(*, practitioner: Practitioner, ranges: Sequence[Range]) -> None:
    """The whole week at once; openings that end on a date are left alone."""
    Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)
    practitioner.opening_rules.filter(valid_until=None).delete()
    OpeningRule.objects.bulk_create(
        OpeningRule(
            practitioner=practitioner,
            place_id=item.place_id,
            modes=list(item.modes),
            weekday=item.weekday,
            start=item.start,
            end=item.end,
            parity=item.parity,
            valid_from=item.since,
        )
        for item in ranges
    )
    _changed(practitioner)


@transaction.atomic
def open_once(*, practitioner: Practitioner, day: dt.date, item: Range) -> OpeningRule:
    rule = OpeningRule.objects.create(
        practitioner=practitioner,
        place_id=item.place_id,
        modes=list(item.modes),
        weekday=day.weekday(),
        start=item.start,
        end=item.end,
        valid_from=day,
        valid_until=day,
    )
    _changed(practitioner)
    return rule


@transaction.atomic
def add_closure(*, closure: Closure) -> int:
    """Close; returns how many appointments fall inside and are kept."""
    closure.save()
    _changed(closure.practitioner)
    return len(appointments_within(closure))


@transaction.atomic
def close_holidays(*, practitioner: Practitioner, holidays: Iterable[Holiday]) -> list[Closure]:
    """Close on these, each once whatever is pressed; returns the closures that are new."""
    added = []
    for holiday in holidays:
        closure, created = Closure.objects.get_or_create(
            practitioner=practitioner,
            source=holiday.key,
            defaults={
                "kind": Closure.Kind.HOLIDAY,
                "first_day": holiday.first_day,
                "last_day": holiday.last_day,
                "note": holiday.name,
            },
        )
        if created:
            added.append(closure)
    if added:
        _changed(practitioner)
    return added


@transaction.atomic
def reopen_holidays(*, practitioner: Practitioner, keys: Iterable[str]) -> int:
    """Undo: the closures made from these holidays; returns how many there were."""
    sources = [key for key in keys if key]
    removed, _rows = practitioner.closures.filter(kind=Closure.Kind.HOLIDAY, source__in=sources).delete()
    if removed:
        _changed(practitioner)
    return removed


@transaction.atomic
def remove_exception(*, practitioner: Practitioner, kind: str, pk: int) -> bool:
    """Remove a closure, or an opening that ends on a date, of this practitioner only."""
    if kind == "closure":
        removed, _rows = practitioner.closures.filter(pk=pk).delete()
    else:
        removed, _rows = practitioner.opening_rules.filter(pk=pk, valid_until__isnull=False).delete()
    _changed(practitioner)
    return bool(removed)


@transaction.atomic
def save_settings(*, settings: BookingSettings, travel: Mapping[tuple[int, int], int] | None = None) -> None:
    """`travel`: minutes between each two places, the smaller id first; none is no time at all."""
    settings.full_clean()
    settings.save()
    for (first, second), minutes in (travel or {}).items():
        mine = TravelTime.objects.filter(
            practitioner=settings.practitioner, first_place_id=first, second_place_id=second
        )
        if not minutes:
            mine.delete()
        elif not mine.update(minutes=minutes):
            TravelTime.objects.create(
                practitioner=settings.practitioner, first_place_id=first, second_place_id=second, minutes=minutes
            )
    _changed(settings.practitioner)


def _changed(practitioner: Practitioner) -> None:
    transaction.on_commit(lambda: listing_changed.send(sender=OpeningRule, practitioner_id=practitioner.pk))
