"""Once all is at rest: where every cent should be, by what the stand-in holds, and which kinds of things a history reached."""

import random
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from booking import ledger, tasks
from booking.actions import webhooks
from booking.ledger.balances import balances
from booking.ledger.verification import verify
from booking.models import (
    Appointment,
    Dispute,
    LedgerLine,
    LedgerTransaction,
    Payment,
    PaymentLink,
    Payout,
    Refund,
    Status,
    StripeAccount,
    StripeEvent,
)
from common.clock import now
from common.models import OutboxMessage
from tests.booking.money_world import ACCOUNTS, World

NEVER_TOOK_PLACE = (Status.HELD, Status.EXPIRED, Status.REFUSED, Status.CANCELLED_BY_PRACTITIONER)
TOOK_PLACE = (Status.CONFIRMED, Status.DONE, Status.CLIENT_ABSENT)
HANDLED = tuple(prefix for prefix, _handler in webhooks.HANDLERS)
LATE = Refund.Cause.LATE

# What a history may reach, as questions of its end; those of `money_machine` that no row tells are noted when they happen.
ENDS: dict[str, Callable[[], Any]] = {
    "a payment": lambda: Payment.objects.filter(status="paid"),
    "a deposit": lambda: Payment.objects.filter(
        status="paid", link=None, amount_cents__lt=F("appointment__price_cents")
    ),
    "a balance paid by its link": lambda: PaymentLink.objects.exclude(paid_at=None),
    "a link paid too late": lambda: Refund.objects.filter(cause=LATE).exclude(payment__link=None),
    "a request taken after its end": lambda: Refund.objects.filter(cause=LATE, payment__manual_capture=True),
    "an authorisation released": lambda: Payment.objects.filter(status="released"),
    "a payment that never opened": lambda: Payment.objects.filter(status="failed"),
    "a page that expired": lambda: Payment.objects.filter(status="expired"),
    "a refund by hand": lambda: Refund.objects.filter(cause="decision", status="done"),
    "a refund by the scale": lambda: Refund.objects.filter(cause="client", status="done"),
    "a refund of everything": lambda: Refund.objects.filter(cause="practitioner", status="done"),
    "a refund that Stripe refused": lambda: Refund.objects.filter(status="failed"),
    "a dispute won": lambda: Dispute.objects.filter(status="won"),
    "a dispute lost": lambda: Dispute.objects.filter(status="lost"),
    "a dispute after a cancellation": lambda: Dispute.objects.filter(
        opened_at__gt=F("payment__appointment__cancelled_at")
    ),
    "a cancellation after a dispute": lambda: Dispute.objects.filter(
        opened_at__lt=F("payment__appointment__cancelled_at")
    ),
    "a payout": lambda: Payout.objects.filter(status="paid"),
    "a payout that failed": lambda: Payout.objects.filter(status="failed"),
    "a request without an answer": lambda: Appointment.objects.filter(status="expired").exclude(answer_by=None),
    "a request accepted": lambda: Appointment.objects.filter(on_request=True, status__in=TOOK_PLACE),
    "a request refused": lambda: Appointment.objects.filter(status="refused"),
    "a fee given back": lambda: LedgerTransaction.objects.filter(kind="fee_return"),
    "a notification": lambda: StripeEvent.objects.exclude(processed_at=None),
}


def sweep(which: str) -> None:
    """What beat does, by its name."""
    match which:
        case "events":
            tasks.process_pending_events()
        case "reconcile":
            tasks.reconcile_payments()
        case "holds":
            tasks.expire_holds()
        case "fees":
            tasks.read_processing_fees()
        case "banks":
            for account in StripeAccount.objects.filter(account_id__in=ACCOUNTS):
                tasks.read_account_money(account.pk)
                tasks.read_account_state(account.pk)
            tasks.keep_disputes()


SWEEPS = ("events", "reconcile", "holds", "fees", "banks")
# Minutes that pass, and the sweeps that matter by then: a hold ends, a late bank pays or refuses, a request lapses, payouts arrive,
# what was not heard of for six hours is read again.
COMES_TO_REST = (
    (20, ("events", "holds", "reconcile")),
    (60 * 25, ("holds", "reconcile")),
    (60 * 25, ("holds", "banks", "reconcile")),
    (60 * 7, ("events", "banks", "fees", "reconcile")),
)


def any_order_ends_alike(mail: list[dict[str, Any]]) -> None:
    """Whatever was not delivered yet: as it was sent, or shuffled and many of it twice. The same end."""
    told = [event for event in mail if event["type"].startswith(HANDLED)]
    if not told:
        return
    chance = random.Random(len(mail))
    again = told + chance.sample(mail, min(4, len(mail)))
    chance.shuffle(again)
    ends = []
    for order in (told, again):
        mark = transaction.savepoint()
        for found in order:
            webhooks.receive(event=found, now=now())
            row = StripeEvent.objects.get(event_id=found["id"])
            webhooks.process(event_pk=row.pk, now=now())
        # One that came before what it is about is tried again, as the sweep does.
        for pk in StripeEvent.objects.filter(processed_at=None).order_by("pk").values_list("pk", flat=True):
            webhooks.process(event_pk=pk, now=now())
        ends.append(_end())
        transaction.savepoint_rollback(mark)
    assert ends[0] == ends[1]


def _end() -> tuple[Any, ...]:
    return (
        list(Appointment.objects.order_by("pk").values_list("pk", "status")),
        list(Payment.objects.order_by("pk").values_list("pk", "status", "payment_intent")),
        list(PaymentLink.objects.order_by("pk").values_list("pk", "paid_at", "withdrawn_at")),
        sorted(Refund.objects.values_list("payment", "amount_cents", "cause", "status")),
        sorted(Dispute.objects.values_list("dispute_id", "status")),
        sorted(LedgerLine.objects.values_list("account", "amount_cents", "transaction__kind")),
    )


def all_is_well(world: World) -> None:
    theirs, ours = world.stripe.control.balances(), balances()
    for account in StripeAccount.objects.filter(account_id__in=ACCOUNTS):
        whose = account.practitioner_id
        assert ours.get(ledger.practitioner(whose), 0) == theirs[account.account_id], account
        state = world.stripe.stand_in.store.get(account.account_id) or {}
        capabilities = state["configuration"]["merchant"]["capabilities"]
        assert account.card_payments == capabilities["card_payments"]["status"], account
        assert ours.get(ledger.bank(whose), 0) == theirs.get(f"bank_{account.account_id}", 0), account
    assert ours.get(ledger.PLATFORM, 0) == theirs["platform"]
    assert ours.get(ledger.STRIPE, 0) == theirs["stripe"]
    assert sum(cents for account, cents in ours.items() if account.kind == "client") == theirs["cards"]
    assert [str(each) for each in verify(now=now())] == []
    assert not Refund.objects.filter(status=Refund.Status.PENDING).exists()
    for row in Appointment.objects.prefetch_related("payments__refunds", "payments__disputes"):
        _paid_as_it_should(row, world)
    for refund in Refund.objects.filter(cause=LATE).select_related("payment__appointment"):
        _explained(refund)


def _paid_as_it_should(row: Appointment, world: World) -> None:
    """By what the stand-in holds, whatever is written here."""
    kept_in_all, booked_for, not_gone_through = 0, 0, 0
    disputed = False
    for payment in row.payments.all():
        taken, kept = _charged(payment, world)
        assert taken in {0, payment.amount_cents}, f"{payment}: {taken} taken"
        assert bool(taken) == (payment.status == Payment.Status.PAID), f"{payment}: {payment.status}, {taken} taken"
        taken_back = [each.amount_cents for each in payment.disputes.all() if each.status != Dispute.Status.WON]
        kept_in_all += kept - sum(taken_back)
        disputed = disputed or bool(taken_back)
        late = any(refund.cause == LATE for refund in payment.refunds.all())
        assert taken_back or not (late and kept), f"{payment}: came too late, {kept} kept"
        # A refund that Stripe refused during a dispute: what was asked for after it counted with it.
        not_gone_through += sum(
            each.amount_cents for each in payment.refunds.all() if each.status == Refund.Status.FAILED
        )
        if payment.link_id is None and not late:
            booked_for += taken
    assert booked_for in {0, row.advance_cents}, f"{row}: charged twice"
    assert kept_in_all <= row.price_cents + not_gone_through, f"{row}: more was kept than it costs"
    assert row.status != Status.HELD
    if row.status in NEVER_TOOK_PLACE:
        assert disputed or kept_in_all == 0, f"{row} {row.status}: {kept_in_all} kept"
    if row.status in TOOK_PLACE:
        assert booked_for == row.advance_cents, f"{row}: booked, not paid"
    if row.status == Status.REQUESTED:
        assert any(payment.status in {Payment.Status.AUTHORISED, Payment.Status.PAID} for payment in row.payments.all())


def _charged(payment: Payment, world: World) -> tuple[int, int]:
    """What was taken for a payment, and what of it was not given back."""
    taken = kept = 0
    if payment.payment_intent:
        for charge in world.stripe.stand_in.store.find("charge", payment_intent=payment.payment_intent):
            if charge["captured"]:
                taken += charge["amount_captured"]
                kept += charge["amount_captured"] - charge["amount_refunded"]
    return taken, kept


def _explained(refund: Refund) -> None:
    """Money that came too late goes back whole, the fee with it, and both are told."""
    payment = refund.payment
    assert refund.amount_cents == payment.amount_cents, f"{refund}: not the whole"
    if refund.status == Refund.Status.DONE:
        fee = LedgerLine.objects.filter(
            transaction__payment=payment, transaction__kind="fee_return", amount_cents__gt=0
        )
        assert sum(fee.values_list("amount_cents", flat=True)) == payment.fee_cents, f"{refund}: fee kept"
    told = OutboxMessage.objects.filter(
        Q(key__contains=f"{payment.appointment.reference}-paid_too_late-client")
        | Q(key__contains=f"{payment.appointment.reference}-paid_too_late-practitioner"),
        # Of what was taken: an authorisation only is told with the even number before it.
        key__endswith=f"-{2 * payment.attempt + 1}",
    )
    assert told.count() == 2, f"{refund}: not explained to both"


def reached() -> Iterable[str]:
    return (kind for kind, ask in ENDS.items() if ask().exists())
