"""Tasks of the legal app: each takes nothing or ids, calls one action, and may run any number of times."""

import structlog
from celery import shared_task

from common.clock import now as clock_now
from legal.actions import anchors, announcements, publishing
from legal.breaches import sending as breach_sending
from legal.claims import batch
from legal.claims.surfaces import surfaces
from legal.consents import subscriptions
from legal.providers import answers as provider_answers
from legal.requests import alarms
from legal.retention import engine
from legal.rights.actions import choices, closings, copies

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
def keep_governance() -> None:
    """Changes of providers told and settled; alarms and messages of breaches: a batch of each."""
    now = clock_now()
    provider_answers.keep(now=now)
    breach_sending.keep(now=now)


@shared_task
def end_personal_data() -> None:
    """The nightly run of the retention rules, in parts: what time leaves, the next part or the next night does."""
    for outcome in engine.run(now=clock_now(), seconds=90, skip_settled=True):
        log.info("retention", rule=outcome.rule, state=outcome.state, ended=outcome.ended, found=outcome.found)


@shared_task
def watch_rights_requests() -> None:
    """Alarms of the requests about personal data whose month runs out."""
    alarms.sweep(now=clock_now())


@shared_task
def keep_subscriptions() -> None:
    """Ask those whose consent nears its end, a few at a time; forget what nobody confirmed."""
    now = clock_now()
    subscriptions.ask_to_renew(now=now)
    subscriptions.forget_unconfirmed(now=now)


@shared_task
def build_copy(copy_id: int) -> None:
    """One person's copy of their data; it may be asked for any number of times."""
    copies.build(copy_id=copy_id, now=clock_now())


@shared_task
def keep_rights() -> None:
    """Copies that a lost task left, weeks that are over, accounts to close, restrictions to hold on, words objected to."""
    now = clock_now()
    for copy_id in copies.sweep(now=now):
        build_copy(copy_id)
    closings.close_due(now=now)
    choices.hold_on(now=now)
    choices.forget_objected_words()


@shared_task
def recheck_claims() -> None:
    """Everything published, after a rule changed; also each night, for what a lost task left."""
    batch.recheck(now=clock_now())


@shared_task
def recheck_claims_of(surface: str, object_id: int) -> None:
    """One object, after it was published by whatever way."""
    if surface in surfaces:
        batch.recheck_one(surface=surfaces.get(surface), object_id=object_id, now=clock_now())
