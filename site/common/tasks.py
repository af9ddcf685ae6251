"""Tasks of the foundation, and the way to enqueue one that a broker outage cannot turn into an error page."""

from typing import Any

import structlog
from celery import Task, shared_task
from kombu.exceptions import OperationalError

from common import clock, queue
from common.models import OutboxMessage

log = structlog.get_logger(__name__)


def enqueue(task: Task, *args: Any) -> bool:
    """Ask for `task` now. False when the broker is away, which the log says: beat's sweep finds the work in the database."""
    try:
        if queue.is_plain(task):
            queue.put(task, args)
        else:
            task.apply_async(args, retry=False)
    except (OperationalError, ConnectionError, *queue.AWAY) as error:
        log.error("broker_unavailable", task=task.name, args=args, error=str(error))
        return False
    return True


@shared_task
def deliver_messages(keys: list[str]) -> None:
    """These messages, soon after the transaction that queued them."""
    from common.delivery import deliver

    for message_id in OutboxMessage.objects.filter(key__in=keys).order_by("pk").values_list("pk", flat=True):
        deliver(message_id)


@shared_task
def seal_history() -> None:
    """Each night: the digests of what was added to the histories, chained."""
    from common import history

    log.info("history_sealed", rows=history.seal(now=clock.now()))


@shared_task
def deliver_outbox() -> None:
    """Sweep: deliver what is due, whatever happened to the task that was enqueued for it."""
    from common.delivery import deliver, settle_lost

    now = clock.now()
    settle_lost(now)
    due = OutboxMessage.objects.filter(status=OutboxMessage.Status.PENDING, next_attempt_at__lte=now)
    for message_id in due.order_by("next_attempt_at").values_list("pk", flat=True)[:200]:
        deliver(message_id)
