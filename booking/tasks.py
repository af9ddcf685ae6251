"""Tasks take ids and call one action; every one may run twice. Beat runs the sweeps, which find what a lost task left."""

import structlog
from celery import shared_task

from booking.actions import appointments, holds, payments, refunds, requests, webhooks
from booking.models import Appointment, Refund, Status
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def process_event(event_pk: int) -> None:
    webhooks.process(event_pk=event_pk, now=clock.now())


@shared_task
def process_pending_events() -> None:
    for event_pk in webhooks.due(now=clock.now()):
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
    """What time alone brings about: holds nobody booked, requests nobody answered, sessions nobody spoke of."""
    now = clock.now()
    lapsed = Appointment.objects.filter(status=Status.HELD, hold_expires_at__lte=now).order_by("hold_expires_at")
    for appointment_id in lapsed.values_list("pk", flat=True)[:200]:
        try:
            holds.expire(appointment_id=appointment_id, now=now)
        except (StripeUnreachable, StripeRefused) as error:
            # Its payment may yet succeed: the time stays taken until Stripe says.
            log.warning("hold_kept", appointment=appointment_id, error=str(error))
        except Exception:
            log.exception("hold_not_expired", appointment=appointment_id)
    unanswered = Appointment.objects.filter(status=Status.REQUESTED, answer_by__lte=now)
    for appointment_id in unanswered.values_list("pk", flat=True)[:200]:
        requests.lapse(appointment_id=appointment_id, now=now)
    over = Appointment.objects.filter(status=Status.CONFIRMED, ends_at__lte=now - appointments.QUIET_END)
    for appointment_id in over.values_list("pk", flat=True)[:200]:
        appointments.complete_quietly(appointment_id=appointment_id, now=now)


@shared_task
def reconcile_payments() -> None:
    now = clock.now()
    payments.reconcile(now=now)
    for refund_id in Refund.objects.filter(status=Refund.Status.PENDING).values_list("pk", flat=True)[:100]:
        refunds.send(refund_id=refund_id, now=now)
