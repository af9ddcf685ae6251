"""Practitioners' calendars elsewhere."""

from celery import shared_task

from booking.actions import calendar_sync
from common import clock
from common.tasks import enqueue


@shared_task(soft_time_limit=90)
def sync_calendar(connection_id: int) -> None:
    """In a queue of its own: servers that are slow keep no mail waiting. Out of time is a failure that is recorded, not a death."""
    calendar_sync.sync(connection_id=connection_id, now=clock.now())


@shared_task
def sync_due_calendars() -> None:
    for connection_id in calendar_sync.due(now=clock.now()):
        enqueue(sync_calendar, connection_id)
