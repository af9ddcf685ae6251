"""What time brings about in the agenda, and the messages of its sessions."""

import structlog
from celery import shared_task

from booking.actions import appointments, groups, holds, requests
from booking.models import Appointment, GroupSession, Status
from booking.models.appointment import OCCUPYING
from booking.notifications import reminders, tomorrow
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.tasks.sweeping import for_a_while, one_by_one
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def expire_holds() -> None:
    """What time alone brings about: requests nobody answered, sessions nobody spoke of, holds nobody booked.

    The holds last: only they may have to wait for Stripe.
    """
    now = clock.now()
    unanswered = Appointment.objects.filter(status=Status.REQUESTED, answer_by__lte=now)
    one_by_one(
        unanswered.values_list("pk", flat=True)[:200],
        lambda pk: requests.lapse(appointment_id=pk, now=now),
        failure="request_not_lapsed",
    )
    over = Appointment.objects.filter(status=Status.CONFIRMED, ends_at__lte=now - appointments.QUIET_END)
    one_by_one(
        over.values_list("pk", flat=True)[:200],
        lambda pk: appointments.complete_quietly(appointment_id=pk, now=now),
        failure="appointment_not_completed",
    )
    lapsed = Appointment.objects.filter(status=Status.HELD, hold_expires_at__lte=now).order_by("hold_expires_at")
    for appointment_id in for_a_while(lapsed.values_list("pk", flat=True)[:200]):
        try:
            holds.expire(appointment_id=appointment_id, now=now)
        except (StripeUnreachable, StripeRefused) as error:
            # Its payment may yet succeed: the time stays taken until Stripe says.
            log.warning("hold_kept", appointment=appointment_id, error=str(error))
        except Exception:
            log.exception("hold_not_expired", appointment=appointment_id)


@shared_task
def finish_cancelled_group(group_id: int) -> None:
    groups.finish_cancelled(group_id=group_id, now=clock.now())


@shared_task
def keep_groups() -> None:
    """Sessions whose end is past, and seats that were being worked on when their session was cancelled."""
    now = clock.now()
    over = GroupSession.objects.filter(status=GroupSession.Status.OPEN, ends_at__lte=now)
    one_by_one(
        over.values_list("pk", flat=True)[:200],
        lambda pk: groups.finish(group_id=pk, now=now),
        failure="group_not_finished",
    )
    cancelled = GroupSession.objects.filter(
        status=GroupSession.Status.CANCELLED, starts_at__gt=now, seats_taken__status__in=OCCUPYING
    )
    one_by_one(
        cancelled.distinct().values_list("pk", flat=True)[:50],
        lambda pk: groups.finish_cancelled(group_id=pk, now=now),
        failure="cancelled_group_not_finished",
    )


@shared_task
def send_reminders() -> None:
    """Reminders whose moment has come, and tomorrow's sessions; each message then goes its own way."""
    now = clock.now()
    queued, days = reminders.remind(now=now), tomorrow.announce(now=now)
    if queued or days:
        log.info("reminders_queued", reminders=queued, days=days)
