"""Tasks of the legal app: each takes nothing or ids, calls one action, and may run any number of times."""

from celery import shared_task

from common.clock import now as clock_now
from legal.actions import announcements


@shared_task
def enforce_versions() -> None:
    """Write to those concerned when a version is announced and when it enters into force, once for each."""
    announcements.announce_due(now=clock_now())
