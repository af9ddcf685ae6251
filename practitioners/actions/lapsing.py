"""Checked items near their end (R4): announced at 30, 7 and 0 days, then the badge goes; a human decides about the listing.

Each mail has a key of its own for the item, its date and the step: a sweep may run twice, or miss a day, and nobody is told twice.
"""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from common import outbox
from common.clock import PARIS
from common.models import OutboxMessage
from practitioners.actions.announcements import announce
from practitioners.models import ApplicationItem, FileEvent, Practitioner

STEPS: Final = (0, 7, 30)
# Without it nobody may be shown: the team is asked to look at the listing. Anything else only loses its badge.
HOLDS_LISTING: Final = frozenset({ApplicationItem.Kind.INSURANCE})
_WITH_PAGE: Final = (Practitioner.Status.LISTED, Practitioner.Status.SUSPENDED)
_Items = QuerySet[ApplicationItem, ApplicationItem]


def nearing(*, today: dt.date) -> _Items:
    """Checked items whose end is less than the first warning away, or past."""
    return ApplicationItem.objects.filter(
        practitioner__status__in=_WITH_PAGE,
        status=ApplicationItem.Status.ACCEPTED,
        valid_until__lte=today + dt.timedelta(days=STEPS[-1]),
    ).order_by("valid_until", "pk")


def to_look_at(*, today: dt.date) -> _Items:
    """Lapsed items of listed practitioners, on which the listing depends: somebody of the team decides.

    What was sent anew and sent back leaves the item as lapsed as before.
    """
    Status = ApplicationItem.Status
    sent_back = Q(status__in=(Status.REFUSED, Status.MISSING), valid_until__lt=today)
    return (
        ApplicationItem.objects.filter(
            Q(status=Status.LAPSED) | sent_back,
            practitioner__status=Practitioner.Status.LISTED,
            kind__in=HOLDS_LISTING,
        )
        .select_related("practitioner", "practice")
        .order_by("valid_until", "pk")
    )


def renewed() -> _Items:
    """What practitioners who have a page provided anew, the oldest first."""
    return (
        ApplicationItem.objects.filter(Q(practitioner__status__in=_WITH_PAGE), status=ApplicationItem.Status.PROVIDED)
        .select_related("practitioner", "practice")
        .order_by("provided_at", "pk")
    )


@transaction.atomic
def follow(*, item_id: int, now: dt.datetime) -> None:
    """Announce the end of this item, or let it lapse; does nothing when neither is due."""
    today = now.astimezone(PARIS).date()
    item = (
        nearing(today=today)
        .select_for_update(of=("self",), no_key=True)
        .select_related("practitioner__user", "practice")
        .filter(pk=item_id)
        .first()
    )
    if item is None or item.valid_until is None:
        return
    left = (item.valid_until - today).days
    if left >= 0:
        _write(item, step=str(next(step for step in STEPS if left <= step)))
        return
    item.status = ApplicationItem.Status.LAPSED
    item.save(update_fields=["status"])
    FileEvent.objects.create(
        practitioner=item.practitioner,
        kind=FileEvent.Kind.ITEM_LAPSED,
        item=item,
        detail=f"{item.valid_until:%d/%m/%Y}",
        at=now,
    )
    _write(item, step="lapsed")
    if item.practitioner.is_listed:
        announce(item.practitioner_id)


def _write(item: ApplicationItem, *, step: str) -> None:
    key = f"application-item-{item.pk}-until-{item.valid_until}-{step}"
    if OutboxMessage.objects.filter(key=key).exists():
        return
    outbox.send(
        key=key,
        to=item.practitioner.user.email,
        template="practitioners/item_lapsing",
        context={
            "item": item,
            "practitioner": item.practitioner,
            "last_day": step == "0",
            "lapsed": step == "lapsed",
            "holds_listing": item.kind in HOLDS_LISTING,
        },
    )
