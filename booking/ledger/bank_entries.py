"""What disputes and payouts write in the ledger, in the transaction that records what Stripe says of them."""

import datetime as dt

from booking.ledger.accounts import PLATFORM, STRIPE, bank, practitioner
from booking.ledger.entries import facts_of, payer_of
from booking.ledger.posting import post
from booking.models import Dispute, LedgerTransaction, Payout

Kind = LedgerTransaction.Kind


def dispute_settled(dispute: Dispute, *, opened: dt.datetime, fee_cents: int, now: dt.datetime) -> None:
    """While open or lost, the client's bank has the money; won, it came back. Stripe's fee for it is the platform's."""
    payment, mark = dispute.payment, f"dispute-{dispute.dispute_id}"
    whose, payer, cents = practitioner(payment.account.practitioner_id), payer_of(payment), dispute.amount_cents
    won = dispute.status == Dispute.Status.WON
    if dispute.takes_money or won:
        post(kind=Kind.DISPUTE, key=mark, lines={whose: -cents, payer: cents}, **facts_of(payment, opened))
    if won:
        post(kind=Kind.DISPUTE_WON, key=f"{mark}-won", lines={payer: -cents, whose: cents}, **facts_of(payment, now))
    if fee_cents:
        lines = {PLATFORM: -fee_cents, STRIPE: fee_cents}
        post(kind=Kind.DISPUTE_FEE, key=f"{mark}-fee", lines=lines, **facts_of(payment, opened))


def has_dispute_fee(dispute: Dispute) -> bool:
    return LedgerTransaction.objects.filter(key=f"dispute-{dispute.dispute_id}-fee").exists()


def payout_settled(payout: Payout, *, now: dt.datetime) -> None:
    """It left the balance at Stripe when it was made; one that the bank refused came back."""
    whose, mark, cents = payout.account.practitioner_id, f"payout-{payout.payout_id}", payout.amount_cents
    lines = {practitioner(whose): -cents, bank(whose): cents}
    post(kind=Kind.PAYOUT, key=mark, at=payout.created_at, lines=lines)
    if payout.ended_badly:
        back = {bank(whose): -cents, practitioner(whose): cents}
        post(kind=Kind.PAYOUT_FAILED, key=f"{mark}-failed", at=now, lines=back)
