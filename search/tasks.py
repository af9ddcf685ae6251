"""Indexing behind the request: each task takes ids, re-reads, and may run twice."""

import datetime as dt

import structlog
from celery import shared_task

from search import usual_searches
from search.actions import alerts, announcements, entries, index, index_check, landings, prior, rebuild, tally
from search.actions.index_reports import AlreadyUnderWay
from search.alone import alone

log = structlog.get_logger(__name__)
# Work on the whole index outlives the limit of other tasks. Given back to another worker meanwhile, it finds itself under way.
LONG = 3 * 3600


@shared_task
def refresh_entry(practitioner_id: int) -> None:
    entries.refresh(practitioner_id)
    index.tell([practitioner_id])


@shared_task(time_limit=LONG)
def refresh_entries(practitioner_ids: list[int]) -> None:
    """All those who offered what is gone, however many."""
    entries.refresh_all(practitioner_ids)
    index.tell(practitioner_ids)


@shared_task
def tell_index(practitioner_id: int) -> None:
    """What was withdrawn in place: Elasticsearch hears of it too."""
    index.tell([practitioner_id])


@shared_task
def keep_index() -> None:
    """Every few seconds: Elasticsearch is told what it has not heard of, and mended when it lost its index."""
    index.keep()


@shared_task
def keep_tally() -> None:
    """Every few seconds: the changes of entries are folded into the counts of everybody, which are counted anew each day."""
    tally.roll_up()


@shared_task(time_limit=LONG)
def check_index(cause: str) -> None:
    try:
        index_check.check(cause=cause)
    except AlreadyUnderWay:
        log.info("index_check_left_out", cause=cause)
    finally:
        index.is_answered("check_index")


@shared_task(time_limit=LONG)
def rebuild_index(cause: str) -> None:
    """A recovery is done once, however often it was asked for; what an operator asks for is done."""
    try:
        if cause == "recovery":
            rebuild.recover(cause=cause)
        else:
            rebuild.rebuild(cause=cause)
    except AlreadyUnderWay:
        log.info("index_rebuild_left_out", cause=cause)
    finally:
        index.is_answered("rebuild_index")


@shared_task(time_limit=LONG)
def refresh_offering(kind: str, pk: int) -> None:
    """Those who offer a practice or a theme (`kind`) whose words changed."""
    entries.refresh_offering(kind=kind, pk=pk)
    index.tell(entries.offering(kind=kind, pk=pk))


@shared_task
def refresh_availability() -> None:
    """Every minute: what time alone has made wrong."""
    entries.refresh_availability()


@shared_task(time_limit=LONG)
def freeze_prior() -> None:
    """Every night: the mean of the platform, then every entry anew, which also makes up for a task that was lost."""
    with alone("prior") as mine:
        if mine:
            prior.freeze()
            entries.rebuild()
        else:
            log.info("prior_left_out")


@shared_task
def announce_matches() -> None:
    """Every few minutes: tell those who wait for a practitioner or a free time."""
    announcements.run()


@shared_task
def purge_alerts() -> None:
    """Every night: alerts at their end, never confirmed, or whose proof need not be kept any longer."""
    alerts.purge()


@shared_task
def refresh_landings() -> None:
    """Every few minutes: which landing pages show somebody, for the sitemap and the neighbours."""
    landings.refresh()


@shared_task
def count_search(practitioner_id: int, asked: str, day: str) -> None:
    """By which search somebody came to a page."""
    usual_searches.count(practitioner_id, asked, dt.date.fromisoformat(day))
