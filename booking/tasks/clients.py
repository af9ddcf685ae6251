"""What clients wrote and asked: reminders, and the end of its retention."""

import structlog
from celery import shared_task

from booking.actions import client_imports, client_messages, client_requests, first_messages, intake
from booking.tasks.sweeping import one_by_one
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def purge_intake() -> None:
    """Reasons, answers about health and other answers at the end of their retention."""
    log.info("intake_purged", **intake.purge(now=clock.now()))


@shared_task
def remind_of_requests() -> None:
    """Clients' requests without an answer: reminders to the practitioner, then the mediator's details (B12)."""
    now = clock.now()
    one_by_one(
        client_requests.due(now=now).values_list("pk", flat=True)[:200],
        lambda pk: client_requests.remind(request_id=pk, now=now),
        failure="request_not_reminded",
    )


@shared_task
def forget_exchanges() -> None:
    now = clock.now()
    threads, files = client_messages.forget(now=now), client_imports.forget(now=now)
    unconfirmed = first_messages.forget(now=now)
    log.info("exchanges_forgotten", threads=threads, files=files, unconfirmed=unconfirmed)
