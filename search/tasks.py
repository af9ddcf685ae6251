"""Indexing behind the request: each task takes ids, re-reads, and may run twice."""

from celery import shared_task

from search.actions import alerts, announcements, entries, prior


@shared_task
def refresh_entry(practitioner_id: int) -> None:
    entries.refresh(practitioner_id)


@shared_task
def refresh_offering(kind: str, pk: int) -> None:
    """Those who offer a practice or a theme (`kind`) whose words changed."""
    entries.refresh_offering(kind=kind, pk=pk)


@shared_task
def refresh_availability() -> None:
    entries.refresh_availability()


@shared_task
def freeze_prior() -> None:
    """Every night: the mean of the platform, then every entry anew, which also makes up for a task that was lost."""
    prior.freeze()
    entries.rebuild()


@shared_task
def announce_matches() -> None:
    """Every few minutes: tell those who wait for a practitioner or a free time."""
    announcements.run()


@shared_task
def purge_alerts() -> None:
    """Every night: alerts at their end, never confirmed, or whose proof need not be kept any longer."""
    alerts.purge()
