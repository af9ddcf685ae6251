"""What time alone brings about."""

from demo.stripe.resources import checkout, disputes, payouts
from demo.stripe.store import Store


def pass_time(store: Store) -> None:
    """Sessions expire, disputes nobody answers are lost, payouts arrive."""
    checkout.expire_due(store)
    disputes.lapse_due(store)
    payouts.arrive_due(store)
