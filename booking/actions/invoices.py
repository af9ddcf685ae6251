"""Issuing an invoice or a credit note: numbered, frozen and summed by the database in the transaction that decides it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from booking import ledger
from booking.errors import CreditBeyond, NothingToPay
from booking.invoicing import vat
from booking.invoicing.parties import Party
from booking.models import Appointment, Invoice, InvoiceLine, Payment, Refund, Vat
from booking.notifications import billing
from common.clock import PARIS
from common.tasks import enqueue
from legal.models import Acceptance
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Line:
    """An amount with its VAT, and what it is for ever the only invoicing of."""

    label: str
    gross_cents: int
    detail: str = ""
    served_on: dt.date | None = None
    fee_of: Payment | None = None
    fee_returned: Refund | None = None
    refund: Refund | None = None


@dataclass(frozen=True)
class Draft:
    """An invoice before it is issued. `issuer` None is the platform; `days` until it is due."""

    kind: Invoice.Kind
    practitioner: Practitioner
    prefix: str
    seller: Party
    buyer: Party
    vat: Vat
    lines: Sequence[Line]
    notes: Sequence[dict[str, str]]
    issuer: Practitioner | None = None
    client: User | None = None
    appointment: Appointment | None = None
    mandate: Acceptance | None = None
    prepaid_cents: int = 0
    period: tuple[dt.date, dt.date] | None = None
    days: int = 0
    credit_of: Invoice | None = None
    reason: str = ""


@transaction.atomic
def issue(*, draft: Draft, now: dt.datetime) -> Invoice:
    """The invoice, with the number that the database gave it; its PDF is made after the commit."""
    on = now.astimezone(PARIS).date()
    rate = vat.CASES[draft.vat].basis_points
    gross = [line.gross_cents for line in draft.lines]
    nets = vat.nets(gross, rate)
    total, net = sum(gross), sum(nets)
    prepaid = min(draft.prepaid_cents, total)
    row = Invoice.objects.create(
        kind=draft.kind,
        credit_of=draft.credit_of,
        issuer=draft.issuer,
        practitioner=draft.practitioner,
        client=draft.client,
        appointment=draft.appointment,
        prefix=draft.prefix,
        issued_on=on,
        issued_at=now,
        due_on=on + dt.timedelta(days=draft.days),
        period_start=draft.period[0] if draft.period else None,
        period_end=draft.period[1] if draft.period else None,
        seller=draft.seller,
        buyer=draft.buyer,
        vat=draft.vat,
        vat_basis_points=rate,
        net_cents=net,
        vat_cents=total - net,
        gross_cents=total,
        prepaid_cents=prepaid,
        notes=list(draft.notes),
        reason=draft.reason[:300],
        mandate=draft.mandate,
        paid_at=now if prepaid == total else None,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=row,
            position=position,
            label=line.label[:160],
            detail=line.detail[:200],
            served_on=line.served_on,
            net_cents=net_cents,
            vat_cents=line.gross_cents - net_cents,
            gross_cents=line.gross_cents,
            fee_of=line.fee_of,
            fee_returned=line.fee_returned,
            refund=line.refund,
        )
        for position, (line, net_cents) in enumerate(zip(draft.lines, nets, strict=True), start=1)
    )
    # The database numbers it, and never lets its date go back behind the last of the series.
    row.refresh_from_db()
    if not row.is_credit_note:
        _receivable(row, "invoiced", row.due_cents, now)
    billing.announce(row)

    def make() -> None:
        from booking.tasks import make_invoice_file

        enqueue(make_invoice_file, row.pk)

    transaction.on_commit(make)
    return row


@transaction.atomic
def credit(
    *,
    invoice: Invoice,
    lines: Sequence[Line],
    reason: str,
    notes: Sequence[dict[str, str]] | None = None,
    now: dt.datetime,
) -> Invoice:
    """The only way to correct an invoice: a credit note of all or part of it. Raises CreditBeyond."""
    row = locked(invoice.pk)
    before, still_due = left(row), outstanding(row)
    amount = sum(line.gross_cents for line in lines)
    if amount <= 0 or amount > before:
        raise CreditBeyond
    note = issue(
        draft=Draft(
            kind=Invoice.Kind(row.kind),
            practitioner=row.practitioner,
            prefix=row.prefix,
            seller=row.seller,
            buyer=row.buyer,
            vat=Vat(row.vat),
            lines=lines,
            notes=row.notes if notes is None else notes,
            issuer=row.issuer,
            client=row.client,
            appointment=row.appointment,
            mandate=row.mandate,
            # What was already paid goes back by the way it came: a credit note asks for nothing.
            prepaid_cents=amount,
            credit_of=row,
            reason=reason,
        ),
        now=now,
    )
    settled = min(amount, still_due)
    _receivable(row, f"credited-{note.pk}", settled, now, kind="credited")
    if still_due and settled == still_due:
        _paid(row, now)
    return note


def correct(*, invoice: Invoice, amount_cents: int, reason: str, now: dt.datetime) -> Invoice:
    """A credit note decided by hand, with the reason that its reader sees: a practitioner's own invoice or the platform's."""
    with translation.override("fr"):
        label = _("Credit on invoice %(number)s") % {"number": invoice.number}
    return credit(invoice=invoice, lines=[Line(label=label, gross_cents=amount_cents)], reason=reason, now=now)


@transaction.atomic
def mark_paid(*, invoice: Invoice, now: dt.datetime) -> Invoice:
    """What was still to be paid came. Raises NothingToPay."""
    row = locked(invoice.pk)
    due = outstanding(row)
    if not due or row.paid_at:
        raise NothingToPay
    _receivable(row, "settled", due, now)
    _paid(row, now)
    return row


def locked(pk: int) -> Invoice:
    return (
        Invoice.objects.select_for_update(no_key=True, of=("self",))
        .select_related("practitioner", "issuer", "client", "appointment", "mandate__version")
        .get(pk=pk)
    )


def left(invoice: Invoice) -> int:
    """What its credit notes have not taken back."""
    credited = invoice.credit_notes.aggregate(total=Sum("gross_cents"))["total"] or 0
    return invoice.gross_cents - int(credited)


def outstanding(invoice: Invoice) -> int:
    """What is still to be paid of it: credit takes from what was due before it takes from what was paid."""
    if invoice.paid_at or invoice.is_credit_note:
        return 0
    return max(0, left(invoice) - invoice.prepaid_cents)


def _paid(row: Invoice, now: dt.datetime) -> None:
    row.paid_at = now
    row.save(update_fields=["paid_at"])


def _receivable(row: Invoice, step: str, cents: int, now: dt.datetime, *, kind: str = "") -> None:
    """What practitioners owe the platform is in the ledger; what clients owe practitioners is not the platform's money."""
    if row.issuer_id or not cents:
        return
    sign = -1 if step == "invoiced" else 1
    lines: dict[Any, int] = {ledger.receivable(row.practitioner_id): sign * cents, ledger.INVOICED: -sign * cents}
    ledger.post(kind=kind or step, key=f"invoice-{row.pk}-{step}", at=now, lines=lines, note=row.number)
