"""Telling the apps above, once the change is certain."""

from django.db import transaction

from common.signals import listing_changed
from practitioners.models import Practitioner


def announce(practitioner_id: int) -> None:
    """Something a visitor can search or see in a result changed."""
    transaction.on_commit(lambda: listing_changed.send(sender=Practitioner, practitioner_id=practitioner_id))
