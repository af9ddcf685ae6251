"""A practitioner is suspended or leaves: what was to come is settled, and clients are told (R6).

A contract that ended leaves nothing to come. A suspension cancels nothing at once: clients are told, and two days before its
start at the latest a session is cancelled with a full refund, unless the page came back meanwhile. Everything here may run twice.
"""

import datetime as dt
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from booking import access
from booking.actions import appointments, groups, holds, waiting
from booking.models import Appointment, GroupSession, Status, WaitingEntry
from booking.models.appointment import UPCOMING
from booking.notifications.sending import about
from common import outbox
from common.models import OutboxMessage
from practitioners.models import FileEvent, Practitioner

Rows = TypeVar("Rows", bound=QuerySet[Any])
SETTLED_BEFORE = dt.timedelta(hours=48)
ENDED, SUSPENDED = Practitioner.Status.ENDED, Practitioner.Status.SUSPENDED
# What the history and the mails say of each.
REASONS = {ENDED: "ended", SUSPENDED: "suspended"}


def held(practitioner_id: int | None = None) -> QuerySet[Appointment]:
    """Times that somebody was about to book with a practitioner who left."""
    return _of(Appointment.objects.filter(practitioner__status=ENDED, status=Status.HELD), practitioner_id)


def to_cancel(practitioner_id: int | None = None, *, now: dt.datetime) -> QuerySet[Appointment]:
    """All that is to come with those who left; with those who are suspended, what starts within two days."""
    near = Q(practitioner__status=SUSPENDED, starts_at__lte=now + SETTLED_BEFORE)
    rows = Appointment.objects.filter(
        near | Q(practitioner__status=ENDED), status__in=UPCOMING, starts_at__gt=now
    ).order_by("starts_at", "pk")
    return _of(rows, practitioner_id)


def sessions_to_close(practitioner_id: int | None = None, *, now: dt.datetime) -> QuerySet[GroupSession]:
    rows = GroupSession.objects.filter(
        practitioner__status=ENDED, status=GroupSession.Status.OPEN, starts_at__gt=now
    ).order_by("starts_at", "pk")
    return _of(rows, practitioner_id)


def waiting_for_nothing(practitioner_id: int | None = None) -> QuerySet[WaitingEntry]:
    rows = WaitingEntry.objects.filter(practitioner__status=ENDED, state__in=WaitingEntry.LIVE)
    return _of(rows, practitioner_id)


def release(*, appointment_id: int, now: dt.datetime) -> None:
    """Raises StripeUnreachable while it is not certain that nothing is being paid."""
    holds.release(appointment_id=appointment_id, now=now)


@transaction.atomic
def cancel(*, appointment_id: int, now: dt.datetime) -> bool:
    """Cancel as the practitioner would, everything given back. False when there is no cause any more."""
    appointment = appointments.locked(appointment_id)
    if not to_cancel(appointment.practitioner_id, now=now).filter(pk=appointment_id).exists():
        return False
    appointments.cancel_by_practitioner(
        appointment_id=appointment_id,
        actor=None,
        now=now,
        ending=REASONS[Practitioner.Status(appointment.practitioner.status)],
    )
    return True


def close_session(*, group_id: int, now: dt.datetime) -> None:
    """Its seats were cancelled one by one, each told why; what came between is cancelled with it."""
    practitioner = GroupSession.objects.select_related("practitioner__user").get(pk=group_id).practitioner
    groups.cancel_session(group_id=group_id, actor=practitioner.user, now=now)


def end_waiting(*, entry_id: int, now: dt.datetime) -> None:
    waiting.remove(entry_id=entry_id, now=now)


def tell_suspended(practitioner_id: int | None = None, *, now: dt.datetime) -> int:
    """One mail a client and a suspension, about all that is still to come. Returns how many were queued."""
    suspensions = FileEvent.objects.filter(practitioner=OuterRef("practitioner"), kind=FileEvent.Kind.SUSPENDED)
    rows = Appointment.objects.filter(
        practitioner__status=SUSPENDED,
        status=Status.CONFIRMED,
        starts_at__gt=now + SETTLED_BEFORE,
    ).exclude(contact_email="")
    rows = rows.annotate(suspension=Subquery(suspensions.order_by("-pk").values("pk")[:1])).order_by("starts_at", "pk")
    coming: dict[str, list[Appointment]] = {}
    for row in _of(rows, practitioner_id).select_related("practitioner"):
        coming.setdefault(_key(row), []).append(row)
    told = set(OutboxMessage.objects.filter(key__in=list(coming)).values_list("key", flat=True)) if coming else set()
    fresh = {key: theirs for key, theirs in coming.items() if key not in told}
    for key, theirs in fresh.items():
        first = theirs[0]
        outbox.send(
            key=key,
            to=first.contact_email,
            template="booking/page_suspended",
            context={
                "appointments": theirs,
                "practitioner": first.practitioner,
                "url": access.manage_url(first),
                "base_url": settings.BASE_URL,
                "site_name": settings.WAGTAIL_SITE_NAME,
            },
            about=about(first.reference),
        )
    return len(fresh)


def _key(appointment: Appointment) -> str:
    """No address in a key, which outlives the message's text. A second suspension is told again."""
    who = salted_hmac("booking.departures", appointment.contact_email.lower()).hexdigest()[:16]
    suspension = getattr(appointment, "suspension", None) or 0
    return f"page-suspended-{appointment.practitioner_id}-{suspension}-{who}"


def _of(rows: Rows, practitioner_id: int | None) -> Rows:
    return rows if practitioner_id is None else rows.filter(practitioner=practitioner_id)
