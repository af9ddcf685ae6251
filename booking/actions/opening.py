"""Changing when a practitioner receives, and how bookings are taken. What is booked already stays."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from booking.models import Appointment, BookingSettings, Closure, OpeningRule
from booking.models.appointment import UPCOMING
from common.signals import listing_changed
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Range:
    """One weekly range; `place_id` is None for sessions away from a practice."""

    weekday: int
    start: dt.time
    end: dt.time
    modes: tuple[str, ...]
    place_id: int | None
    parity: str = OpeningRule.Parity.ALL


@transaction.atomic
def replace_week(*, practitioner: Practitioner, ranges: Sequence[Range]) -> None:
    """The whole week at once; openings of a single date are left alone."""
    Practitioner.objects.select_for_update().get(pk=practitioner.pk)
    practitioner.opening_rules.filter(valid_from=None, valid_until=None).delete()
    OpeningRule.objects.bulk_create(
        OpeningRule(
            practitioner=practitioner,
            place_id=item.place_id,
            modes=list(item.modes),
            weekday=item.weekday,
            start=item.start,
            end=item.end,
            parity=item.parity,
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
    kept = Appointment.objects.filter(
        practitioner=closure.practitioner,
        status__in=UPCOMING,
        starts_at__date__gte=closure.first_day,
        starts_at__date__lte=closure.last_day,
    )
    return kept.count()


@transaction.atomic
def remove_exception(*, practitioner: Practitioner, kind: str, pk: int) -> bool:
    """Remove a closure, or the opening of a single date, of this practitioner only."""
    if kind == "closure":
        removed, _rows = practitioner.closures.filter(pk=pk).delete()
    else:
        removed, _rows = practitioner.opening_rules.filter(pk=pk, valid_from__isnull=False).delete()
    _changed(practitioner)
    return bool(removed)


@transaction.atomic
def save_settings(*, settings: BookingSettings) -> None:
    settings.full_clean()
    settings.save()
    _changed(settings.practitioner)


def _changed(practitioner: Practitioner) -> None:
    transaction.on_commit(lambda: listing_changed.send(sender=OpeningRule, practitioner_id=practitioner.pk))
