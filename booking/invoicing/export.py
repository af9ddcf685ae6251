"""A practitioner's invoices for a spreadsheet, and their accounting entries as the FEC has them (LPF, art. A47 A-1)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking import client_csv
from booking.models import Invoice, Payment, Refund
from common.clock import PARIS
from practitioners.models import Practitioner

FEC_COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef",
    "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
# The general accounts of the French chart; an accountant maps them in one step.
CLIENTS, SUPPLIERS, STRIPE = ("411000", "Clients"), ("401000", "Fournisseurs"), ("517000", "Stripe")
SALES, VAT_COLLECTED = ("706000", "Prestations de services"), ("445710", "TVA collectée")
FEES, VAT_DEDUCTIBLE = ("622200", "Commissions et courtages"), ("445660", "TVA déductible")
JOURNALS = {"VE": "Ventes", "AC": "Achats", "ST": "Stripe"}
Account = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """One entry: its lines are (account, auxiliary, cents), debit positive; they sum to zero."""

    journal: str
    on: dt.date
    piece: str
    piece_on: dt.date
    words: str
    lines: tuple[tuple[Account, str, int], ...]


def issued(practitioner: Practitioner, first: dt.date, last: dt.date) -> QuerySet[Invoice]:
    """What the practitioner issued and received in the period, oldest first."""
    rows = Invoice.objects.filter(practitioner=practitioner, issued_on__range=(first, last))
    return rows.select_related("credit_of", "appointment").order_by("issued_on", "pk")


def csv(practitioner: Practitioner, first: dt.date, last: dt.date) -> str:
    return client_csv.write(_csv_lines(issued(practitioner, first, last)))


def _csv_lines(rows: QuerySet[Invoice]) -> Iterator[list[str]]:
    yield [
        _("Number"), _("Document"), _("Kind"), _("Issued on"), _("Due on"), _("Issuer"), _("Billed to"), "SIREN", _("Appointment"),
        _("Excl. VAT"), _("VAT"), _("Incl. VAT"), _("Paid when issued"), _("Paid on"), _("Corrects"),
    ]  # fmt: skip
    for row in rows.iterator(chunk_size=500):
        sign = -1 if row.is_credit_note else 1
        yield [
            row.number,
            _("Credit note") if row.is_credit_note else _("Invoice"),
            str(row.get_kind_display()),
            f"{row.issued_on:%d/%m/%Y}",
            f"{row.due_on:%d/%m/%Y}",
            row.seller["name"],
            row.buyer["name"],
            row.buyer["siren"],
            row.appointment.reference if row.appointment else "",
            _euros(sign * row.net_cents),
            _euros(sign * row.vat_cents),
            _euros(sign * row.gross_cents),
            _euros(sign * row.prepaid_cents),
            f"{row.paid_at.astimezone(PARIS):%d/%m/%Y}" if row.paid_at and not row.is_credit_note else "",
            row.credit_of.number if row.credit_of else "",
        ]


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def fec_name(practitioner: Practitioner, last: dt.date) -> str:
    """As the tax office names it: SIREN, FEC, the last day."""
    return f"{practitioner.siret[:9] or '000000000'}FEC{last:%Y%m%d}.txt"


def fec(practitioner: Practitioner, first: dt.date, last: dt.date) -> str:
    """Tabs, one line a movement, entries numbered in the order of their dates. Each entry is balanced."""
    entries = sorted(_entries(practitioner, first, last), key=lambda entry: (entry.on, entry.journal, entry.piece))
    lines = ["\t".join(FEC_COLUMNS)]
    for number, entry in enumerate(entries, start=1):
        for (account, label), auxiliary, cents in entry.lines:
            if cents:
                lines.append("\t".join(_fec_line(number, entry, account, label, auxiliary, cents)))
    return "\r\n".join(lines) + "\r\n"


def _fec_line(number: int, entry: Entry, account: str, label: str, auxiliary: str, cents: int) -> list[str]:
    on = f"{entry.on:%Y%m%d}"
    return [
        entry.journal,
        JOURNALS[entry.journal],
        str(number),
        on,
        account,
        label,
        _auxiliary(auxiliary),
        _plain(auxiliary),
        _plain(entry.piece),
        f"{entry.piece_on:%Y%m%d}",
        _plain(entry.words),
        _euros(max(cents, 0)),
        _euros(max(-cents, 0)),
        "",
        "",
        on,
        "",
        "",
    ]


def _plain(text: str) -> str:
    """One cell: neither tab nor line break, whatever was typed."""
    return " ".join(text.split())[:120]


def _auxiliary(name: str) -> str:
    return "".join(char for char in name.upper() if char.isalnum())[:17]


def _entries(practitioner: Practitioner, first: dt.date, last: dt.date) -> Iterator[Entry]:
    for row in issued(practitioner, first, last).iterator(chunk_size=500):
        yield _sale(row) if row.issuer_id else _purchase(row)
    start = dt.datetime.combine(first, dt.time(), PARIS)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), PARIS)
    yield from _receipts(practitioner, start, end)
    yield from _given_back(practitioner, start, end)


def _sale(row: Invoice) -> Entry:
    sign = -1 if row.is_credit_note else 1
    client = row.buyer["name"]
    lines = (
        (CLIENTS, client, sign * row.gross_cents),
        (SALES, "", -sign * row.net_cents),
        (VAT_COLLECTED, "", -sign * row.vat_cents),
    )
    words = f"{'Avoir' if row.is_credit_note else 'Facture'} {row.number} {client}"
    return Entry("VE", row.issued_on, row.number, row.issued_on, words, lines)


def _purchase(row: Invoice) -> Entry:
    sign = -1 if row.is_credit_note else 1
    supplier = row.seller["name"]
    lines = (
        (FEES, "", sign * row.net_cents),
        (VAT_DEDUCTIBLE, "", sign * row.vat_cents),
        (SUPPLIERS, supplier, -sign * row.gross_cents),
    )
    words = f"{'Avoir' if row.is_credit_note else 'Facture'} {row.number} {supplier}"
    return Entry("AC", row.issued_on, row.number, row.issued_on, words, lines)


def _receipts(practitioner: Practitioner, start: dt.datetime, end: dt.datetime) -> Iterator[Entry]:
    """Cards: the client's payment comes in on the Stripe account, less the platform's fee."""
    rows = Payment.objects.filter(
        account__practitioner=practitioner, status=Payment.Status.PAID, paid_at__gte=start, paid_at__lt=end
    )
    for row in rows.select_related("appointment").order_by("paid_at", "pk").iterator(chunk_size=500):
        appointment, on = row.appointment, _day(row.paid_at)
        lines: tuple[tuple[Account, str, int], ...] = (
            (STRIPE, "", row.amount_cents - row.fee_cents),
            (SUPPLIERS, "Plateforme", row.fee_cents),
            (CLIENTS, appointment.contact_name, -row.amount_cents),
        )
        yield Entry("ST", on, appointment.reference, on, f"Paiement {appointment.reference}", lines)


def _given_back(practitioner: Practitioner, start: dt.datetime, end: dt.datetime) -> Iterator[Entry]:
    rows = Refund.objects.filter(
        payment__account__practitioner=practitioner,
        status=Refund.Status.DONE,
        settled_at__gte=start,
        settled_at__lt=end,
    )
    for row in rows.select_related("payment__appointment").order_by("settled_at", "pk").iterator(chunk_size=500):
        appointment, on = row.payment.appointment, _day(row.settled_at)
        lines: tuple[tuple[Account, str, int], ...] = (
            (CLIENTS, appointment.contact_name, row.amount_cents),
            (STRIPE, "", -row.amount_cents),
        )
        yield Entry("ST", on, appointment.reference, on, f"Remboursement {appointment.reference}", lines)


def _day(moment: dt.datetime | None) -> dt.date:
    if moment is None:
        raise ValueError("a movement of money has its day")
    return moment.astimezone(PARIS).date()
