"""Money of subscriptions: paid periods, what Stripe took of them, our invoices. What goes back: `subscription_refunds`."""

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from booking import stripe_gateway
from booking.actions import invoices, subscription_mails
from booking.actions.invoices import Draft, Line
from booking.errors import InvoiceFactsMissing
from booking.invoicing import mentions, parties
from booking.ledger import subscription_entries
from booking.models import Invoice, ServiceSubscription, SubscriptionPayment, Vat
from booking.stripe_gateway import StripeRefused, StripeUnreachable, SubscriptionInvoice
from common.clock import PARIS
from common.tasks import enqueue

log = structlog.get_logger(__name__)


def record(row: ServiceSubscription, bill: SubscriptionInvoice, *, now: dt.datetime) -> SubscriptionPayment:
    """A period that Stripe says is paid, in the ledger with it; the caller holds the subscription's lock. Once a bill."""
    payment, is_new = SubscriptionPayment.objects.get_or_create(
        stripe_invoice=bill.id,
        defaults={
            "subscription": row,
            "payment_intent": bill.payment_intent,
            "amount_cents": bill.paid_cents,
            "period_start": bill.period_start,
            "period_end": bill.period_end,
            "paid_at": bill.paid_at or now,
        },
    )
    if is_new:
        if bill.paid_cents != row.version.price_cents:
            log.error("subscription_paid_otherwise_than_agreed", subscription=row.reference, cents=bill.paid_cents)
        subscription_entries.period_paid(payment)
        subscription_mails.work_to_do(row, payment)
        _soon(payment.pk)
    return payment


def _soon(payment_id: int) -> None:
    def ask() -> None:
        from booking.tasks import finish_subscription_payment

        enqueue(finish_subscription_payment, payment_id)

    transaction.on_commit(ask)


def unfinished() -> list[int]:
    """Paid periods whose fee is not told, or that no invoice has."""
    rows = SubscriptionPayment.objects.filter(Q(stripe_fee_cents=None) | Q(invoice=None)).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:200])


def finish(*, payment_id: int, now: dt.datetime) -> None:
    """Read Stripe's fee and issue our invoice; what cannot be done yet is tried again by the sweep."""
    try:
        invoice(payment_id=payment_id, now=now)
    except InvoiceFactsMissing as error:
        log.error("subscription_not_invoiced", payment=payment_id, error=str(error))
    try:
        read_fee(payment_id=payment_id, now=now)
    except (StripeUnreachable, StripeRefused) as error:
        log.warning("subscription_fee_not_read", payment=payment_id, error=str(error))


def read_fee(*, payment_id: int, now: dt.datetime) -> bool:
    """True once it is known. Raises StripeUnreachable, StripeRefused."""
    payment = SubscriptionPayment.objects.get(pk=payment_id)
    if payment.stripe_fee_cents is not None:
        return True
    cents = stripe_gateway.read_charge_fee("", payment.payment_intent) if payment.payment_intent else 0
    if cents is None:
        return False
    with transaction.atomic():
        row = _locked(payment_id)
        if row.stripe_fee_cents is None:
            row.stripe_fee_cents = cents
            row.save(update_fields=["stripe_fee_cents"])
            subscription_entries.fee_known(row, cents=cents, now=now)
    return True


@transaction.atomic
def invoice(*, payment_id: int, now: dt.datetime) -> Invoice:
    """The platform's invoice of a period, already paid. Raises InvoiceFactsMissing."""
    payment = _locked(payment_id)
    if payment.invoice is not None:
        return payment.invoice
    row = payment.subscription
    vat = Vat(row.version.vat)
    first, last = _days(payment)
    with translation.override("fr"):
        draft = Draft(
            kind=Invoice.Kind.SERVICE,
            practitioner=row.practitioner,
            prefix=settings.FEE_INVOICE_PREFIX,
            seller=parties.platform(),
            buyer=parties.practitioner(row.practitioner),
            vat=vat,
            lines=[
                Line(
                    label=row.service_name,
                    detail=_("Subscription %(reference)s, terms no. %(number)d")
                    % {"reference": row.reference, "number": row.version.number},
                    gross_cents=payment.amount_cents,
                    served_on=first,
                )
            ],
            notes=mentions.of_platform(vat),
            prepaid_cents=payment.amount_cents,
            period=(first, last),
        )
        payment.invoice = invoices.issue(draft=draft, now=now)
    payment.save(update_fields=["invoice"])
    return payment.invoice


def _days(payment: SubscriptionPayment) -> tuple[dt.date, dt.date]:
    """First and last day in Paris; the end of a period is the first instant of the next one."""
    first, end = (moment.astimezone(PARIS).date() for moment in (payment.period_start, payment.period_end))
    return first, max(first, end - dt.timedelta(days=1))


def _locked(pk: int) -> SubscriptionPayment:
    rows = SubscriptionPayment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("subscription__version", "subscription__subscriber__practitioner", "invoice").get(pk=pk)


def left(row: ServiceSubscription) -> list[tuple[SubscriptionPayment, int]]:
    """Each paid period with what of it was not given back, nor is about to be."""
    rows = row.payments.prefetch_related("refunds", "disputes").order_by(F("paid_at").asc(), "pk")
    return [(payment, left_of(payment)) for payment in rows]


def left_of(payment: SubscriptionPayment) -> int:
    """Of what is contested at the bank nothing can be given back: Stripe refuses any refund of such a charge."""
    if any(dispute.takes_money for dispute in payment.disputes.all()):
        return 0
    return int(payment.amount_cents - sum(r.amount_cents for r in payment.refunds.all() if r.status != "failed"))
