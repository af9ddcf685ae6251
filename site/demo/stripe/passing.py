"""What time alone brings about."""

from demo.stripe.resources import checkout, disputes, payments, payouts, periods
from demo.stripe.store import Store


def pass_time(store: Store) -> None:
    """Sessions expire, disputes nobody answers are lost, payouts arrive, late payments settle, subscriptions renew."""
    checkout.expire_due(store)
    disputes.lapse_due(store)
    payouts.arrive_due(store)
    payments.settle_due(store)
    periods.renew_due(store)
