"""What an appointment proves, as pieces for the client's bank under Stripe's names. Reads only.

Drawn from what is kept anyway: what was shown and accepted, when, what was sent, what happened. Never an answer of the client
nor anything about health, never the words of a message: only that it was sent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from booking.cancellation_terms import dated_lines
from booking.models import Appointment, Dispute, Payment, Refund
from booking.notifications.evidence import messages_about
from booking.stripe_gateway import LONGEST_EVIDENCE_TEXT
from common.money import format_euros
from common.wording import long_date, long_datetime
from legal.models import Acceptance, LegalDocument

MOST_MESSAGES, MOST_EVENTS = 60, 60


@dataclass(frozen=True)
class Piece:
    """`fields`: what it says under Stripe's names; a name that several pieces use holds them one after the other."""

    name: str
    label: str
    fields: dict[str, str]

    @property
    def text(self) -> str:
        """What it says, once: Stripe has several places for some of it."""
        texts = list(self.fields.values())
        said = [text for text in texts if not any(text != other and text in other for other in texts)]
        return "\n\n".join(dict.fromkeys(said))


def pieces(dispute: Dispute) -> list[Piece]:
    """In French, as everything that the client was shown; those that have something to say."""
    with translation.override("fr"):
        found = [
            _piece("session", _("The session, its date and its price"), partial(_session, dispute)),
            _piece("client", _("Who booked"), partial(_client, dispute)),
            _piece("payment", _("The payment"), partial(_payment, dispute)),
            _piece("accepted", _("What the client accepted, and when"), partial(_accepted, dispute)),
            _piece("terms", _("The cancellation terms shown before paying"), partial(_terms, dispute)),
            _piece("history", _("What happened to the appointment"), partial(_history, dispute)),
            _piece("messages", _("Messages sent to the client"), partial(_messages, dispute)),
            _piece("refunds", _("What was refunded"), partial(_refunds, dispute)),
        ]
    return [piece for piece in found if piece.fields]


def assemble(dispute: Dispute, *, words: str, left_out: Iterable[str]) -> dict[str, str]:
    """What is sent to Stripe. The practitioner's own account comes first where Stripe has no place of its own for it."""
    skipped = set(left_out)
    joined: dict[str, list[str]] = {"uncategorized_text": [words.strip()]} if words.strip() else {}
    for piece in pieces(dispute):
        if piece.name not in skipped:
            for field, text in piece.fields.items():
                joined.setdefault(field, []).append(text)
    return {field: _short("\n\n".join(texts)) for field, texts in joined.items()}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_EVIDENCE_TEXT else text[: LONGEST_EVIDENCE_TEXT - 2] + " …"


def _piece(name: str, label: str, read: Callable[[], dict[str, str]]) -> Piece:
    return Piece(name, label, {field: text for field, text in read().items() if text})


def _appointment(dispute: Dispute) -> Appointment:
    return dispute.payment.appointment


def _session(dispute: Dispute) -> dict[str, str]:
    row = _appointment(dispute)
    facts = {
        "session": row.service_name,
        "who": row.practitioner.full_name,
        "price": format_euros(row.price_cents),
        "where": str(row.get_mode_display()),
        "reference": row.reference,
    }
    return {
        "product_description": _(
            "%(session)s with %(who)s (%(where)s), at %(price)s, VAT included. Appointment %(reference)s."
        )
        % facts,
        "service_date": long_datetime(row.starts_at, row.timezone),
    }


def _client(dispute: Dispute) -> dict[str, str]:
    row = _appointment(dispute)
    return {"customer_name": row.contact_name, "customer_email_address": row.contact_email}


def _payment(dispute: Dispute) -> dict[str, str]:
    row, payment = _appointment(dispute), dispute.payment
    lines = []
    if row.booked_at:
        words = _("Booked for the client by the practitioner on %(moment)s.")
        if not row.booked_in_office:
            words = _("Booked by the client on %(moment)s.")
        lines.append(words % {"moment": long_datetime(row.booked_at, row.timezone)})
    if payment.paid_at:
        lines.append(
            _("Paid by the client on Stripe’s page on %(moment)s: %(amount)s.")
            % {"moment": long_datetime(payment.paid_at, row.timezone), "amount": format_euros(payment.amount_cents)}
        )
    return {"access_activity_log": "\n".join(lines)}


def _accepted(dispute: Dispute) -> dict[str, str]:
    row, limit = _appointment(dispute), dispute.payment.created_at
    if row.client_id is None:
        return {}
    kind = LegalDocument.Kind
    ours = Q(version__document__kind=kind.CGU, version__document__owner=None)
    theirs = Q(version__document__kind=kind.PRACTITIONER_TERMS, version__document__owner=row.practitioner.user_id)
    given = Acceptance.objects.filter(ours | theirs, detail__user=row.client_id, refused=False, recorded_at__lte=limit)
    latest: dict[int, Acceptance] = {}
    for acceptance in given.select_related("version__document").order_by("recorded_at"):
        latest[acceptance.version.document_id] = acceptance
    lines = [
        _("“%(title)s”, version %(number)s, accepted by the client on %(moment)s.")
        % {
            "title": acceptance.version.document.title,
            "number": acceptance.version.number,
            "moment": long_datetime(acceptance.recorded_at, row.timezone),
        }
        for acceptance in latest.values()
    ]
    if row.express_request_at:
        lines.append(
            _(
                "On %(moment)s the client expressly asked that the session take place before the end of the withdrawal period."
            )
            % {"moment": long_datetime(row.express_request_at, row.timezone)}
        )
    return {"access_activity_log": "\n".join(lines)}


def _terms(dispute: Dispute) -> dict[str, str]:
    """Said to have been shown only where the last step of booking showed them as they stand: not where it was moved since,
    booked by the practitioner, or paid by a link."""
    row, payment = _appointment(dispute), dispute.payment
    was_shown = not (row.booked_in_office or payment.link_id or row.events.filter(action="move").exists())
    moment = row.booked_at or payment.created_at
    lines = dated_lines(row.cancellation_tiers, paid=row.advance_cents, starts_at=row.starts_at, now=moment)
    scale = "\n".join(
        _("Cancelled until %(moment)s: %(amount)s given back.")
        % {"moment": long_datetime(line.until, row.timezone), "amount": format_euros(line.refund)}
        if line.until
        else _("Cancelled later, or client absent: %(amount)s given back.") % {"amount": format_euros(line.refund)}
        for line in lines
    )
    head = _("Terms under which the appointment stands:")
    if was_shown:
        head = _(
            "Shown to the client with these dates and amounts on the last page before the payment, and frozen since:"
        )
    policy = row.policy.text if row.policy else ""
    return {
        "cancellation_policy_disclosure": "\n\n".join(filter(None, (f"{head}\n{scale}", policy))),
        "refund_policy_disclosure": f"{head}\n{scale}",
    }


def _history(dispute: Dispute) -> dict[str, str]:
    row = _appointment(dispute)
    lines = [
        f"{long_datetime(event.at, row.timezone)} – {event.in_words} ({event.get_by_display()})"
        for event in row.events.order_by("pk")[:MOST_EVENTS]
    ]
    head = _("What the appointment went through, as recorded at the time:")
    return {"access_activity_log": "\n".join([head, *lines]) if lines else ""}


def _messages(dispute: Dispute) -> dict[str, str]:
    row = _appointment(dispute)
    mine = {row.contact_email, row.contact_phone} - {""}
    lines = [
        f"{long_datetime(line.at, row.timezone)} – {line.label} ({line.channel}, {line.fate})"
        for line in reversed(messages_about(row))
        if line.to in mine
    ]
    head = _("Messages sent to the client about this appointment:")
    return {"uncategorized_text": "\n".join([head, *lines[:MOST_MESSAGES]]) if lines else ""}


def _refunds(dispute: Dispute) -> dict[str, str]:
    row, payment = _appointment(dispute), dispute.payment
    if payment.status != Payment.Status.PAID:
        return {}
    lines = [
        _("%(amount)s refunded on %(day)s.")
        % {
            "amount": format_euros(refund.amount_cents),
            "day": long_date(refund.settled_at or refund.ordered_at, row.timezone),
        }
        for refund in payment.refunds.filter(status=Refund.Status.DONE)
    ]
    return {"refund_refusal_explanation": "\n".join(lines) or _("Nothing was refunded.")}
