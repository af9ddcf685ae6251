"""What the operator gives back of a paid period without owing it: in full or in part, with the reason that the subscriber reads."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from booking.actions import subscription_mails, subscription_money, subscription_refunds, subscriptions
from booking.errors import AmountChanged, MoreThanPaid
from booking.models import SubscriptionPayment, SubscriptionRefund


@transaction.atomic
def give_back(
    *, payment_id: int, amount_cents: int, shown_left: int, reason: str, actor: User, now: dt.datetime
) -> SubscriptionRefund:
    """Order it and tell the subscriber; the subscription itself goes on. `shown_left`: what the page said was left.

    Raises AmountChanged when that is no longer so, MoreThanPaid.
    """
    payment = SubscriptionPayment.objects.get(pk=payment_id)
    row = subscriptions.locked(payment.subscription_id)
    left = subscription_money.left_of(payment)
    if left != shown_left:
        raise AmountChanged
    if not 0 < amount_cents <= left:
        raise MoreThanPaid
    refund = subscription_refunds.order(
        payment=payment,
        amount_cents=amount_cents,
        cause=SubscriptionRefund.Cause.GOODWILL,
        decided_by=actor,
        reason=reason,
        now=now,
    )
    subscription_mails.tell(row, "refunded", mark=f"-{refund.pk}", refund_cents=amount_cents, reason=reason)
    return refund
