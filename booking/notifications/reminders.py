"""Reminders are not planned ahead: a sweep finds the appointments whose moment has come, as they are then.

So nothing has to be undone when one is cancelled or moved, and what was asleep too long is not found any more. The key of the
message holds the start: one reminder of a kind for each appointment and start, whatever runs twice. Once more, at the moment it
leaves, the appointment must stand at that start (`unwanted`).
"""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import BigIntegerField, CharField, Exists, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, Extract

from booking import access, short_links
from booking.models import Appointment, AppointmentEvent, Status
from booking.models.appointment import AppointmentQuerySet
from booking.notifications import preferences, stops
from booking.notifications.facts import freeze
from booking.notifications.kinds import CLIENT, KINDS, Kind
from booking.notifications.phones import mobile
from booking.notifications.quiet import LEADS, window
from booking.notifications.sending import RENDERER, about
from common import outbox
from common.models import OutboxMessage

log = structlog.get_logger(__name__)
# So many at a time; the rest with the next sweep, a minute later.
MOST = 1000
# The longest that an SMS is sent ahead of its lead: from the evening before to the end of the night.
NIGHT = dt.timedelta(hours=13)
SMS = OutboxMessage.Channel.SMS


def remind(*, now: dt.datetime) -> int:
    """Queue the reminders whose moment has come; how many."""
    queued = 0
    for kind in KINDS.values():
        if kind.is_reminder:
            for pk in _due(kind, now)[:MOST]:
                try:
                    queued += _remind(pk, kind, now)
                except Exception:
                    # One that cannot be written keeps nobody else's waiting; the next sweep tries it again.
                    log.exception("reminder_not_queued", appointment=pk, kind=kind.name)
    return queued


def key_of(reference: str, kind: Kind, starts_at: dt.datetime) -> str:
    return f"appointment-{reference}-{kind.name}-{CLIENT}-{int(starts_at.timestamp())}"


def _due(kind: Kind, now: dt.datetime) -> list[int]:
    """Those near their moment that have no such message yet."""
    lead = LEADS[kind.name]
    furthest = now + lead.lead + (NIGHT if kind.channel == SMS else dt.timedelta())
    near = Appointment.objects.filter(
        status=Status.CONFIRMED, starts_at__gt=now + lead.least, starts_at__lte=furthest
    ).alias(said=Exists(OutboxMessage.objects.filter(key=_key_in_sql(kind))))
    rows = _reachable(near.filter(said=False), kind).annotate(settled_at=_settled()).order_by("starts_at")
    found = rows.values_list("pk", "starts_at", "timezone", "settled_at")
    return [pk for pk, starts_at, zone, settled_at in found if _is_time(kind, starts_at, zone, settled_at, now)]


def _reachable(rows: AppointmentQuerySet, kind: Kind) -> AppointmentQuerySet:
    """Where there is somewhere to send it, and its reader's account does not refuse it."""
    chosen = f"client__notification_preference__{kind.client_choice}"
    rows = rows.exclude(**{chosen: False})
    if kind.channel != SMS:
        return rows.exclude(contact_email="")
    return rows.exclude(contact_phone="").filter(Q(sms_reminder=True) | Q(**{chosen: True}))


def _key_in_sql(kind: Kind) -> Concat:
    seconds = Cast(Cast(Extract(OuterRef("starts_at"), "epoch"), BigIntegerField()), CharField())
    return Concat(Value("appointment-"), OuterRef("reference"), Value(f"-{kind.name}-{CLIENT}-"), seconds)


def _settled() -> Subquery:
    """Since when it stands at its time: confirmed, accepted or moved."""
    events = AppointmentEvent.objects.filter(appointment=OuterRef("pk"), after=Status.CONFIRMED).order_by()
    return Subquery(events.values("appointment").annotate(last=Max("at")).values("last"))


def _is_time(kind: Kind, starts_at: dt.datetime, zone: str, settled_at: dt.datetime | None, now: dt.datetime) -> bool:
    open_for = window(kind, starts_at, zone)
    return open_for.opens <= now < open_for.closes and (settled_at is None or settled_at <= open_for.opens)


@transaction.atomic
def _remind(pk: int, kind: Kind, now: dt.datetime) -> bool:
    """Read again under its lock; whoever holds it may be cancelling or moving it, and the next sweep sees what became of it."""
    locked = Appointment.objects.for_pages().select_for_update(of=("self",), no_key=True, skip_locked=True)
    appointment = locked.annotate(settled_at=_settled()).filter(pk=pk, status=Status.CONFIRMED).first()
    if appointment is None:
        return False
    if not _is_time(kind, appointment.starts_at, appointment.timezone, appointment.settled_at, now):
        return False
    to = mobile(appointment.contact_phone) if kind.channel == SMS else appointment.contact_email
    if not to or not preferences.wants(appointment, kind, CLIENT):
        return False
    facts = freeze(appointment) | {
        "said_at": now,
        "with_file": False,
        "terms": [],
        "more": {},
        "url": access.manage_url(appointment),
        "cannot_come_url": short_links.url(appointment) if kind.channel == SMS else access.cannot_come_url(appointment),
        "stop_url": stops.url(appointment.reference, kind),
    }
    draft = outbox.Draft(
        key=key_of(appointment.reference, kind, appointment.starts_at),
        to=to,
        template=f"booking/{kind.name}_{CLIENT}",
        facts=facts,
        about=about(appointment.reference),
        channel=kind.channel,
        at_most_once=True,
        not_after=window(kind, appointment.starts_at, appointment.timezone).closes,
    )
    outbox.queue(RENDERER, [draft])
    return True
