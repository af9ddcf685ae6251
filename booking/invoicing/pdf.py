"""The invoice as people read it, with its Factur-X inside: one PDF/A-3b, made once and kept as it is."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from facturx import generate_from_binary

from booking.errors import InvoiceEnded
from booking.invoicing.factur_x import LEVEL, xml_of
from booking.models import Invoice, InvoiceFile
from common.clock import now as clock_now
from common.money import format_euros
from common.pdf import compose as compose_pdf
from common.wording import long_date

_TEMPLATE = Path(__file__).parents[1] / "pdf_templates" / "invoice.typ"


def file_of(invoice: Invoice) -> InvoiceFile:
    """The one file of an invoice; made now when nobody made it yet. Two who ask at once get the same.

    Raises InvoiceEnded."""
    kept = InvoiceFile.objects.filter(pk=invoice.pk).first()
    if kept:
        return kept
    if invoice.is_ended:
        raise InvoiceEnded
    content = compose(invoice)
    try:
        with transaction.atomic():
            return InvoiceFile.objects.create(
                invoice=invoice, content=content, sha256=hashlib.sha256(content).hexdigest(), made_at=clock_now()
            )
    except IntegrityError:
        return InvoiceFile.objects.get(pk=invoice.pk)


def compose(invoice: Invoice) -> bytes:
    with translation.override("fr"):
        page = compose_pdf(_TEMPLATE, _data(invoice), moment=invoice.issued_at, standard="a-3b")
        metadata = {
            "author": invoice.seller["name"],
            "keywords": "Factur-X",
            "title": f"{title(invoice)} {invoice.number}",
            "subject": f"{title(invoice)} {invoice.number}, {invoice.seller['name']}",
        }
    return generate_from_binary(
        page, xml_of(invoice), flavor="factur-x", level=LEVEL, check_xsd=False, pdf_metadata=metadata, lang="fr-FR"
    )


def title(invoice: Invoice) -> str:
    return _("Credit note") if invoice.is_credit_note else _("Invoice")


def file_name(invoice: Invoice) -> str:
    kind = "avoir" if invoice.is_credit_note else "facture"
    return f"{kind}-{invoice.number.lower()}.pdf"


def _data(invoice: Invoice) -> dict[str, Any]:
    charged = bool(invoice.vat_basis_points)
    return {
        "publisher": settings.WAGTAIL_SITE_NAME,
        "title": title(invoice),
        "number": invoice.number,
        "facts": [[name, value] for name, value in _facts(invoice)],
        "seller": _party(invoice.seller),
        "buyer": _party(invoice.buyer),
        "charged": charged,
        "lines": [
            {
                "label": line.label,
                "detail": line.detail,
                "net": format_euros(line.net_cents),
                "vat": format_euros(line.vat_cents),
                "gross": format_euros(line.gross_cents),
            }
            for line in invoice.lines.all()
        ],
        "totals": [[name, format_euros(cents), strong] for name, cents, strong in _totals(invoice, charged)],
        "reason": invoice.reason,
        "notes": [note["text"] for note in invoice.notes],
        "words": {
            "seller": _("Issuer"),
            "buyer": _("Billed to"),
            "what": _("Description"),
            "quantity": _("Qty"),
            "net": _("Excl. VAT"),
            "vat": _("VAT %(rate)s %%") % {"rate": f"{invoice.vat_basis_points / 100:g}"},
            "gross": _("Incl. VAT") if charged else _("Amount"),
            "reason": _("Reason"),
        },
    }


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    facts = [(_("Issued on"), long_date(invoice.issued_on, weekday=False))]
    if invoice.credit_of:
        on = long_date(invoice.credit_of.issued_on, weekday=False)
        facts.append((_("On invoice"), _("%(number)s of %(date)s") % {"number": invoice.credit_of.number, "date": on}))
    if invoice.period_start and invoice.period_end:
        words = _("from %(first)s to %(last)s") % {
            "first": long_date(invoice.period_start, weekday=False, year=False),
            "last": long_date(invoice.period_end, weekday=False),
        }
        facts.append((_("Period"), words))
    if invoice.due_cents:
        facts.append((_("To be paid by"), long_date(invoice.due_on, weekday=False)))
    return [*facts, (_("Nature"), _("Supply of services"))]


def _party(party: dict[str, str]) -> dict[str, Any]:
    lines = [party["legal_form"], party["street"], f"{party['postal_code']} {party['town']}".strip()]
    if party["siret"]:
        lines.append(f"SIRET {_grouped(party['siret'])}")
    elif party["siren"]:
        lines.append(f"SIREN {_grouped(party['siren'])}")
    if party["vat_number"]:
        lines.append(_("VAT number %(number)s") % {"number": party["vat_number"]})
    lines.append(party["email"])
    return {"name": party["name"], "lines": [line for line in lines if line]}


def _grouped(number: str) -> str:
    """`732 829 320 00074`"""
    parts = [number[:3], number[3:6], number[6:9], number[9:]]
    return "\u00a0".join(part for part in parts if part)


def _totals(invoice: Invoice, charged: bool) -> list[tuple[str, int, bool]]:
    rows: list[tuple[str, int, bool]] = []
    if charged:
        rate = f"{invoice.vat_basis_points / 100:g}"
        rows += [
            (_("Total excl. VAT"), invoice.net_cents, False),
            (_("VAT %(rate)s %%") % {"rate": rate}, invoice.vat_cents, False),
        ]
    total = _("Total incl. VAT") if charged else _("Total")
    if invoice.is_credit_note:
        return [*rows, (_("Total credited"), invoice.gross_cents, True)]
    paid = (
        _("Already paid: kept from the payments received")
        if invoice.kind == invoice.Kind.FEE
        else _("Already paid online")
    )
    rows.append((total, invoice.gross_cents, True))
    if invoice.prepaid_cents:
        rows.append((paid, -invoice.prepaid_cents, False))
    return [*rows, (_("To pay"), invoice.due_cents, True)]
