"""To whom a client's invoices are made out."""

import datetime as dt

from accounts.models import User
from booking.models import BillingDetails


def save(*, user: User, values: dict[str, str], now: dt.datetime) -> BillingDetails:
    """For the invoices issued from now on: those that exist keep who they were made out to."""
    row, _created = BillingDetails.objects.update_or_create(user=user, defaults={**values, "updated_at": now})
    return row
