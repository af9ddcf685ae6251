"""Tasks of practitioners: each may run any number of times."""

import datetime as dt

import structlog
from celery import shared_task

from common import antivirus
from common.antivirus import Outcome
from common.clock import PARIS
from common.clock import now as clock_now
from practitioners import page_figures
from practitioners.actions import ends, lapsing, scanning

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


@shared_task
def scan_document(item_id: int) -> None:
    """The document that was just given."""
    scanning.scan(item_id=item_id, now=clock_now())


@shared_task
def scan_documents() -> None:
    """Sweep: what a lost task or a scanner that was away left. Once it does not answer, the others wait for the next sweep."""
    if not antivirus.is_configured():
        return
    for item_id in list(scanning.unscanned().values_list("pk", flat=True)[:200]):
        try:
            if scanning.scan(item_id=item_id, now=clock_now()) == Outcome.UNAVAILABLE:
                return
        except Exception:
            log.exception("scan_failed", item=item_id)


@shared_task
def carry_out_ends() -> None:
    """Every announced end whose day has come, each on its own."""
    now = clock_now()
    for end_id in ends.due(today=now.astimezone(PARIS).date()):
        try:
            ends.carry_out(end_id=end_id, now=now)
        except Exception:
            log.exception("end_of_contract_failed", end=end_id)


@shared_task
def count_page_use(practitioner_id: int, what: str, day: str) -> None:
    page_figures.count(practitioner_id, what, dt.date.fromisoformat(day))
