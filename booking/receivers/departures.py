"""A suspension or the end of a contract settles what was to come, once it is certain."""

from typing import Any

from django.db import transaction

from common.signals import contract_ended, listing_suspended
from common.tasks import enqueue


def connect() -> None:
    contract_ended.connect(_settle, dispatch_uid="booking.departures.ended")
    listing_suspended.connect(_settle, dispatch_uid="booking.departures.suspended")


def _settle(sender: object, practitioner_id: int, **_more: Any) -> None:
    transaction.on_commit(lambda: _ask(practitioner_id), robust=True)


def _ask(practitioner_id: int) -> None:
    from booking.tasks import settle_departure

    enqueue(settle_departure, practitioner_id)
