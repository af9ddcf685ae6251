"""The ledger against everything else, Stripe included: what can be repaired is, the rest is named for the operator."""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import QuerySet

from booking.actions import payments, processing_fees, refunds, subscription_repairs
from booking.ledger import at_stripe, repair
from booking.ledger.differences import Difference
from booking.ledger.verification import verify
from booking.models import LedgerLine, Payment, Reconciliation, Refund, StripeAccount
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from common import clock
from common.tasks import enqueue

log = structlog.get_logger(__name__)
PLATFORM = "platform"
LASTS = dt.timedelta(hours=1)


def run(*, now: dt.datetime, thorough: bool = False) -> Reconciliation:
    """Compare, repair, compare again what differed, and keep what is left under its name."""
    row = Reconciliation.objects.create(started_at=now)
    row.repaired = repair.write_missing(now=now)
    left: list[Difference] = []
    for account in [*_accounts(), None]:
        row.accounts += 1
        try:
            found = _compare(account, thorough)
            if found:
                row.repaired += _repair(found, account, now)
                found = _compare(account, thorough)
            left += found
        except (StripeUnreachable, StripeRefused) as error:
            row.unanswered += 1
            log.warning("account_not_reconciled", account=account.pk if account else PLATFORM, error=str(error))
    for difference in verify(now=now):
        row.count += 1
        if len(row.differences) < Reconciliation.KEPT:
            row.differences.append(difference.as_json())
    row.count += len(left)
    row.differences = [*(each.as_json() for each in left), *row.differences][: Reconciliation.KEPT]
    row.lines = LedgerLine.objects.count()
    row.ended_at = clock.now()
    row.save()
    log.log(40 if row.count else 20, "reconciled", differences=row.count, repaired=row.repaired)
    return row


def start() -> bool:
    """Ask for it to be done soon; False when it could not be asked for."""
    from booking.tasks import reconcile_stripe

    return enqueue(reconcile_stripe)


def is_running(*, now: dt.datetime) -> bool:
    """One that began and did not end; a dead one is forgotten after an hour."""
    return Reconciliation.objects.filter(ended_at=None, started_at__gt=now - LASTS).exists()


def _accounts() -> QuerySet[StripeAccount]:
    return StripeAccount.objects.order_by("pk")


def _compare(account: StripeAccount | None, thorough: bool) -> list[Difference]:
    if account is None:
        return at_stripe.compare_platform(thorough=thorough)
    return at_stripe.compare(account, thorough=thorough)


def _repair(found: list[Difference], account: StripeAccount | None, now: dt.datetime) -> int:
    """Ask Stripe again about each payment that differs, and about what was promised or is not known yet."""
    count = 0
    for payment_id in [each.payment_id for each in found if each.payment_id]:
        before = _state(payment_id)
        try:
            payments.refresh(payment_id=payment_id, now=now)
            for refund in Refund.objects.filter(payment=payment_id):
                refunds.refresh(refund_id=refund.pk, now=now)
        except (StripeUnreachable, StripeRefused) as error:
            log.warning("payment_not_repaired", payment=payment_id, error=str(error))
        count += _state(payment_id) != before
    if account is None:
        for payment_id in processing_fees.due(now=now + dt.timedelta(days=1)):
            count += processing_fees.read(payment_id=payment_id, now=now)
        count += subscription_repairs.repair(now=now)
    return count


def _state(payment_id: int) -> tuple[str, int]:
    with transaction.atomic():
        payment = Payment.objects.get(pk=payment_id)
        return payment.status, LedgerLine.objects.filter(transaction__payment=payment_id).count()
