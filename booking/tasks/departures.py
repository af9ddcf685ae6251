"""Practitioners who left or are suspended: what was to come with them."""

import structlog
from celery import shared_task

from booking.actions import departures
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.tasks.sweeping import for_a_while, one_by_one
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def settle_departure(practitioner_id: int) -> None:
    """Of one of them, as soon as it is decided."""
    _settle(practitioner_id)


@shared_task
def settle_departures() -> None:
    """What a lost task left, what was booked at the very moment, and sessions of suspended practitioners that draw near."""
    _settle(None)


def _settle(practitioner_id: int | None) -> None:
    now = clock.now()
    one_by_one(
        departures.to_cancel(practitioner_id, now=now).values_list("pk", flat=True)[:200],
        lambda pk: departures.cancel(appointment_id=pk, now=now),
        failure="departure_not_cancelled",
    )
    one_by_one(
        departures.sessions_to_close(practitioner_id, now=now).values_list("pk", flat=True)[:50],
        lambda pk: departures.close_session(group_id=pk, now=now),
        failure="departure_session_not_closed",
    )
    one_by_one(
        departures.waiting_for_nothing(practitioner_id).values_list("pk", flat=True)[:200],
        lambda pk: departures.end_waiting(entry_id=pk, now=now),
        failure="departure_waiting_not_ended",
    )
    departures.tell_suspended(practitioner_id, now=now)
    # Last: only these may have to wait for Stripe.
    for pk in for_a_while(departures.held(practitioner_id).values_list("pk", flat=True)[:200]):
        try:
            departures.release(appointment_id=pk, now=now)
        except (StripeUnreachable, StripeRefused) as error:
            log.warning("departure_hold_kept", appointment=pk, error=str(error))
        except Exception:
            log.exception("departure_hold_not_released", appointment=pk)
