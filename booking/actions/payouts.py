"""Payouts as Stripe tells them: read again at each notification, with the movements they are made of."""

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from booking import stripe_gateway
from booking.ledger import bank_entries
from booking.models import Dispute, Payment, Payout, PayoutLine, Refund, StripeAccount
from booking.stripe_gateway import BalanceLine
from common import outbox

log = structlog.get_logger(__name__)
Status, Kind = Payout.Status, PayoutLine.Kind
LOOK_BACK = dt.timedelta(days=21)
# Accounts on which money moved lately: the others have nothing to pay out.
MOVED_WITHIN = dt.timedelta(days=200)
LINKED_AT_ONCE = 1000
# A bank may send back what was paid; nothing else goes backwards.
_RANK = {Status.PENDING: 0, Status.IN_TRANSIT: 1, Status.PAID: 2, Status.CANCELED: 3, Status.FAILED: 3}


def refresh(*, account: StripeAccount, payout_id: str, now: dt.datetime) -> Payout:
    """Read it from Stripe and make it so here. Raises StripeUnreachable, StripeRefused."""
    found = stripe_gateway.read_payout(account.account_id, payout_id)
    return settle(account=account, found=found, lines=_lines_of(account, found), now=now)


def _lines_of(account: StripeAccount, found: stripe_gateway.Payout) -> list[BalanceLine] | None:
    """What it is made of; None while Stripe does not say (payouts made by hand never do, others after some hours)."""
    known = Payout.objects.filter(payout_id=found.id).exclude(lines_read_at=None).exists()
    if known or not found.is_automatic:
        return None
    lines = stripe_gateway.payout_lines(account.account_id, found.id)
    return lines if sum(line.net_cents for line in lines) == found.amount_cents else None


@transaction.atomic
def settle(
    *, account: StripeAccount, found: stripe_gateway.Payout, lines: list[BalanceLine] | None, now: dt.datetime
) -> Payout:
    """Record what was read, with its money; the practitioner is told of one that failed. Idempotent, in any order."""
    row, _created = Payout.objects.get_or_create(
        payout_id=found.id,
        defaults={
            "account": account,
            "status": found.status,
            "amount_cents": found.amount_cents,
            "created_at": found.created,
            "arrival_on": found.arrival_date,
            "read_at": now,
        },
    )
    row = (
        Payout.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account__practitioner")
        .get(pk=row.pk)
    )
    if _RANK[Status(found.status)] >= _RANK[Status(row.status)]:
        row.status, row.arrival_on, row.read_at = found.status, found.arrival_date, now
        row.failure_message = found.failure_message[:300]
    if lines is not None and row.lines_read_at is None:
        _write(row, lines)
        row.lines_read_at = now
    row.save()
    bank_entries.payout_settled(row, now=now)
    if row.ended_badly:
        _tell_failure(row)
    return row


def _write(row: Payout, lines: list[BalanceLine]) -> None:
    written = [
        PayoutLine(
            payout=row,
            line_id=line.id,
            kind=_kind(line),
            amount_cents=line.amount_cents,
            fee_cents=line.fee_cents,
            source=line.source[:64],
            payment_intent=line.payment_intent[:64],
        )
        for line in reversed(lines)  # the oldest first
    ]
    _link(row.account, written)
    PayoutLine.objects.bulk_create(written)


def _link(account: StripeAccount, lines: list[PayoutLine]) -> list[PayoutLine]:
    """To the payments, refunds and disputes they are about, as far as they are known; those of which more is known now."""
    mine = Payment.objects.filter(account=account)
    intents = {line.payment_intent for line in lines if line.payment_intent}
    sources = {line.source for line in lines if line.source}
    payments = {row.payment_intent: row for row in mine.filter(payment_intent__in=intents)}
    refunds = {row.refund_id: row for row in Refund.objects.filter(payment__in=mine, refund_id__in=sources)}
    disputes = {row.dispute_id: row for row in Dispute.objects.filter(payment__in=mine, dispute_id__in=sources)}
    changed = []
    for line in lines:
        before = (line.payment_id, line.refund_id, line.dispute_id)
        line.payment = line.payment or payments.get(line.payment_intent)
        line.refund = line.refund or refunds.get(line.source)
        line.dispute = line.dispute or disputes.get(line.source)
        if before != (line.payment_id, line.refund_id, line.dispute_id):
            changed.append(line)
    return changed


@transaction.atomic
def link_known(*, account: StripeAccount, now: dt.datetime) -> int:
    """Movements read before what they are about was known: a refund whose answer was lost, a payment learnt of by the sweep."""
    waiting = PayoutLine.objects.select_for_update(of=("self",), no_key=True).filter(
        PayoutLine.without_its_row(), payout__account=account, payout__created_at__gte=now - MOVED_WITHIN
    )
    found = _link(account, list(waiting.select_related("payment", "refund", "dispute")[:LINKED_AT_ONCE]))
    PayoutLine.objects.bulk_update(found, ["payment", "refund", "dispute"])
    return len(found)


def _kind(line: BalanceLine) -> str:
    if line.category.startswith("dispute"):
        return Kind.DISPUTE
    if line.category in {"refund", "refund_failure", "partial_capture_reversal"}:
        return Kind.REFUND
    return Kind.PAYMENT if line.category == "charge" else Kind.OTHER


def _tell_failure(row: Payout) -> None:
    practitioner = row.account.practitioner
    if not practitioner.professional_email:
        return
    outbox.send(
        key=f"payout-failed-{row.payout_id}",
        to=practitioner.professional_email,
        template="booking/payout_failed",
        context={
            "practitioner": practitioner,
            "payout": row,
            "zone": "Europe/Paris",
            "url": settings.BASE_URL + reverse("office:payout", args=[row.pk]),
            "button": _("See the payout"),
        },
    )


def accounts_in_use(*, now: dt.datetime) -> QuerySet[StripeAccount]:
    moved = Payment.objects.filter(account=OuterRef("pk"), paid_at__gte=now - MOVED_WITHIN)
    return StripeAccount.objects.filter(Exists(moved)).order_by("pk")


def look_for_new(*, account: StripeAccount, now: dt.datetime) -> int:
    """Payouts of the last weeks that changed without a notification, or whose movements were not told yet."""
    listed = list(stripe_gateway.list_payouts(account.account_id, now - LOOK_BACK))
    whole = {
        row.payout_id: row.status
        for row in Payout.objects.filter(payout_id__in=[row.id for row in listed])
        if row.lines_read_at or not any(one.id == row.payout_id and one.is_automatic for one in listed)
    }
    changed = [row for row in listed if whole.get(row.id) != row.status]
    for row in changed:
        refresh(account=account, payout_id=row.id, now=now)
    return len(changed)
