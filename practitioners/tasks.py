"""Tasks of practitioners: each may run any number of times."""

import structlog
from celery import shared_task

from common.clock import PARIS
from common.clock import now as clock_now
from practitioners.actions import lapsing

log = structlog.get_logger(__name__)


@shared_task
def follow_lapsing_items() -> None:
    """Every checked item near its end, each on its own: one that fails keeps none behind it."""
    now = clock_now()
    for item_id in list(lapsing.nearing(today=now.astimezone(PARIS).date()).values_list("pk", flat=True)):
        try:
            lapsing.follow(item_id=item_id, now=now)
        except Exception:
            log.exception("lapsing_item_failed", item=item_id)
