"""Invoices and credit notes, each announced once to who it is made out to: the client of a session, or a practitioner.

What the platform bills is about no appointment: such a message is frozen with the practitioner and the invoice alone.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from booking.models import Invoice
from booking.notifications.gathering import is_held_back
from booking.notifications.kinds import CLIENT, PRACTITIONER
from booking.notifications.sending import RENDERER, tell
from common import clock, outbox
from common.money import format_euros


def announce(invoice: Invoice) -> None:
    """In the transaction that issues it; the file is behind the link, for who may read it."""
    if invoice.appointment is None:
        _tell_practitioner(invoice)
        return
    # Without an account the link of the appointment opens it, with its invoices.
    page = {"url": settings.BASE_URL + reverse("my_invoices")} if invoice.client_id else {}
    kind = "credit_issued" if invoice.is_credit_note else "invoice_issued"
    tell(invoice.appointment, kind, to=(CLIENT,), number=invoice.pk, **_facts(invoice), **page)


def _tell_practitioner(invoice: Invoice) -> None:
    to = invoice.practitioner.professional_email or invoice.practitioner.user.email
    if not to or is_held_back(PRACTITIONER):
        return
    kind = "fee_credit_issued" if invoice.is_credit_note else "fee_invoice_issued"
    practitioner = invoice.practitioner
    draft = outbox.Draft(
        key=f"invoice-{invoice.pk}-{kind}",
        to=to,
        template=f"booking/{kind}_{PRACTITIONER}",
        facts={
            "practitioner": {
                "id": practitioner.pk,
                "first_name": practitioner.first_name,
                "last_name": practitioner.last_name,
            },
            "said_at": clock.now(),
            "with_file": False,
            "url": settings.BASE_URL + reverse("office:invoice", args=[invoice.pk]),
            "more": _facts(invoice),
        },
        about=f"invoice:{invoice.number}",
    )
    outbox.queue(RENDERER, [draft])


def _facts(invoice: Invoice) -> dict[str, Any]:
    return {
        "invoice_number": invoice.number,
        "amount_cents": invoice.gross_cents,
        "due_cents": 0 if invoice.is_credit_note else invoice.due_cents,
        "due_on": invoice.due_on,
        "credited_number": invoice.credit_of.number if invoice.credit_of else "",
        "credit_reason": invoice.reason,
        "period_start": invoice.period_start,
        "period_end": invoice.period_end,
        "of_fees": invoice.kind == Invoice.Kind.FEE,
    }


def context(facts: dict[str, Any]) -> dict[str, Any]:
    """What the templates of one that is about no appointment read."""
    return {
        "practitioner": facts["practitioner"],
        "url": facts["url"],
        "base_url": settings.BASE_URL,
        "site_name": settings.WAGTAIL_SITE_NAME,
        **facts["more"],
    }


def values(facts: dict[str, Any]) -> dict[str, str]:
    """Of the placeholders `wording.OF_INVOICE`."""
    practitioner, more = facts["practitioner"], facts["more"]
    return {
        "prenom": practitioner["first_name"],
        "praticien": f"{practitioner['first_name']} {practitioner['last_name']}",
        "numero": more["invoice_number"],
        "montant": format_euros(more["amount_cents"]),
    }
