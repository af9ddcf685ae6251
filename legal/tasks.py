"""Tasks of the legal app: each takes nothing or ids, calls one action, and may run any number of times."""

import structlog
from celery import shared_task

from common.clock import now as clock_now
from legal.actions import anchors, announcements, publishing
from legal.requests import alarms
from legal.retention import engine

log = structlog.get_logger(__name__)


@shared_task
def enforce_versions() -> None:
    """Publish what was scheduled; write to those concerned, in batches, when a version is announced and when it applies."""
    now = clock_now()
    publishing.publish_due(now=now)
    announcements.announce_due(now=now)


@shared_task
def anchor_evidence() -> None:
    """Yesterday's anchor, once; and the stamps that are still to be asked for."""
    anchors.anchor_yesterday(now=clock_now())
    anchors.stamp_due()


@shared_task
def watch_rights_requests() -> None:
    """Alarms of the requests about personal data whose month runs out."""
    alarms.sweep(now=clock_now())


@shared_task
def end_personal_data() -> None:
    """The nightly run of the retention rules, in parts: what time leaves, the next part or the next night does."""
    for outcome in engine.run(now=clock_now(), seconds=90, skip_settled=True):
        log.info("retention", rule=outcome.rule, state=outcome.state, ended=outcome.ended, found=outcome.found)
