"""Tasks take ids and call one action; every one may run twice. Beat runs the sweeps, which find what a lost task left."""

import time
from collections.abc import Iterable, Iterator

import structlog
from celery import shared_task

from booking.actions import appointments, holds, intake, payments, refunds, requests, webhooks
from booking.models import Appointment, Refund, Status
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common import clock

log = structlog.get_logger(__name__)
# Well inside a task's time limit: when Stripe is silent each call waits for its timeout, and a task that is killed is given back.
SWEEP_SECONDS = 60


def _for_a_while(ids: Iterable[int]) -> Iterator[int]:
    """These, as long as the sweep may last; the next one goes on with the rest."""
    ends = time.monotonic() + SWEEP_SECONDS
    for pk in ids:
        if time.monotonic() > ends:
            log.warning("sweep_interrupted", next=pk)
            return
        yield pk


@shared_task
def process_event(event_pk: int) -> None:
    webhooks.process(event_pk=event_pk, now=clock.now())


@shared_task
def process_pending_events() -> None:
    for event_pk in _for_a_while(webhooks.due(now=clock.now())):
        webhooks.process(event_pk=event_pk, now=clock.now())


@shared_task
def send_refund(refund_id: int) -> None:
    refunds.send(refund_id=refund_id, now=clock.now())


@shared_task
def check_payment(payment_id: int) -> None:
    try:
        payments.refresh(payment_id=payment_id, now=clock.now())
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("payment_not_checked", payment=payment_id, error=str(error))


@shared_task
def expire_holds() -> None:
    """What time alone brings about: requests nobody answered, sessions nobody spoke of, holds nobody booked.

    The holds last: only they may have to wait for Stripe.
    """
    now = clock.now()
    unanswered = Appointment.objects.filter(status=Status.REQUESTED, answer_by__lte=now)
    for appointment_id in unanswered.values_list("pk", flat=True)[:200]:
        requests.lapse(appointment_id=appointment_id, now=now)
    over = Appointment.objects.filter(status=Status.CONFIRMED, ends_at__lte=now - appointments.QUIET_END)
    for appointment_id in over.values_list("pk", flat=True)[:200]:
        appointments.complete_quietly(appointment_id=appointment_id, now=now)
    lapsed = Appointment.objects.filter(status=Status.HELD, hold_expires_at__lte=now).order_by("hold_expires_at")
    for appointment_id in _for_a_while(lapsed.values_list("pk", flat=True)[:200]):
        try:
            holds.expire(appointment_id=appointment_id, now=now)
        except (StripeUnreachable, StripeRefused) as error:
            # Its payment may yet succeed: the time stays taken until Stripe says.
            log.warning("hold_kept", appointment=appointment_id, error=str(error))
        except Exception:
            log.exception("hold_not_expired", appointment=appointment_id)


@shared_task
def reconcile_payments() -> None:
    now = clock.now()
    payments.reconcile(now=now)
    waiting = Refund.objects.filter(status=Refund.Status.PENDING).values_list("pk", flat=True)[:100]
    for refund_id in _for_a_while(waiting):
        refunds.send(refund_id=refund_id, now=now)


@shared_task
def purge_intake() -> None:
    """Reasons, answers about health and other answers at the end of their retention."""
    log.info("intake_purged", **intake.purge(now=clock.now()))
