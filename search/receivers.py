"""What the index listens to. A suspension or a departure acts within the transaction; everything else is a task on commit."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from common.signals import contract_ended, listing_changed, listing_suspended
from common.tasks import enqueue
from search.actions import entries
from search.tasks import refresh_entry


@receiver(listing_changed, dispatch_uid="search.listing_changed")
def on_listing_changed(sender: object, practitioner_id: int, **kwargs: Any) -> None:
    transaction.on_commit(partial(enqueue, refresh_entry, practitioner_id))


@receiver(listing_suspended, dispatch_uid="search.listing_suspended")
@receiver(contract_ended, dispatch_uid="search.contract_ended")
def on_listing_withdrawn(sender: object, practitioner_id: int, **kwargs: Any) -> None:
    """Out of the results with the very commit that suspends, whatever the broker's health."""
    entries.remove(practitioner_id)
