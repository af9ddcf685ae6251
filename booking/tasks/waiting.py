"""The waiting list: freed times, offers, and what is too old."""

import structlog
from celery import shared_task

from booking.actions import waiting, waiting_offers
from booking.models import FreedTime, WaitingEntry, WaitingOffer
from booking.tasks.sweeping import for_a_while, one_by_one
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def offer_freed_times(practitioner_id: int) -> None:
    freed = FreedTime.objects.filter(practitioner=practitioner_id).values_list("pk", flat=True)
    for freed_id in for_a_while(freed[:50]):
        waiting_offers.offer_freed(freed_id=freed_id, now=clock.now())


@shared_task
def withdraw_offer(offer_id: int) -> None:
    waiting_offers.withdraw(offer_id=offer_id, now=clock.now())


@shared_task
def keep_waiting_list() -> None:
    """Offers without an answer, offers to people who left, then every freed time that nobody was asked about."""
    now = clock.now()
    open_offers = WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN)
    one_by_one(
        open_offers.filter(expires_at__lte=now).values_list("pk", flat=True)[:200],
        lambda pk: waiting_offers.expire(offer_id=pk, now=now),
        failure="offer_not_expired",
    )
    gone = open_offers.exclude(entry__state__in=WaitingEntry.LIVE)
    one_by_one(
        gone.values_list("pk", flat=True)[:200],
        lambda pk: waiting_offers.withdraw(offer_id=pk, now=now),
        failure="offer_not_withdrawn",
    )
    one_by_one(
        FreedTime.objects.values_list("pk", flat=True)[:200],
        lambda pk: waiting_offers.offer_freed(freed_id=pk, now=now),
        failure="freed_time_not_offered",
    )


@shared_task
def purge_waiting_list() -> None:
    now = clock.now()
    past = WaitingEntry.objects.filter(state__in=WaitingEntry.LIVE, until__lt=clock.today())
    for entry_id in for_a_while(past.values_list("pk", flat=True)[:1000]):
        waiting.end_past(entry_id=entry_id, today=clock.today(), now=now)
    log.info("waiting_list_purged", rows=waiting.purge(now=now))
