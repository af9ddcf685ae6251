"""What booking proves about an appointment or a payment in a proof file (L5). Nothing of what was answered before a session is in it."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.ledger.accounts import Account
from booking.ledger.exploring import Names
from booking.models import Appointment, AppointmentEvent, LedgerTransaction, Payment, Status
from booking.notifications.sending import about
from common.money import format_euros
from common.proof_parts import Part, Subject, Topic, sources, topics
from legal import canonical
from legal.proof_files.sources import iso, moment


def register() -> None:
    topics.register(
        "appointment",
        Topic("appointment", gettext_lazy("An appointment"), gettext_lazy("Its reference"), _appointment),
        order=10,
    )
    topics.register(
        "payment",
        Topic(
            "payment",
            gettext_lazy("A payment"),
            gettext_lazy("The number of the bank’s intent (pi_…), or reference-attempt such as ABC123-1"),
            _payment,
        ),
        order=20,
    )
    sources.register("booking", _booking, order=30)
    sources.register("booking money", _money, order=40)


def _subject(kind: str, key: int, label: str, appointment: Appointment) -> Subject:
    people = tuple(pk for pk in (appointment.client_id, appointment.practitioner.user_id) if pk)
    links: dict[str, Any] = {"appointment": appointment.pk, "messages_about": [about(appointment.reference)]}
    return Subject(kind, key, label, people, links)


def _appointment(typed: str) -> Subject | None:
    rows = Appointment.objects.booked().select_related("practitioner")
    found = rows.filter(reference=typed.strip().upper()).first()
    return _subject("appointment", found.pk, found.reference, found) if found else None


def _payment(typed: str) -> Subject | None:
    typed = typed.strip()
    reference, _dash, attempt = typed.rpartition("-")
    named = Q(payment_intent=typed) if typed else Q(pk__in=[])
    if attempt.isascii() and attempt.isdecimal() and len(attempt) < 5:
        named |= Q(appointment__reference=reference.upper(), attempt=int(attempt))
    found = Payment.objects.select_related("appointment__practitioner").filter(named).first()
    if found is None:
        return None
    return _subject("payment", found.pk, f"{found.appointment.reference}-{found.attempt}", found.appointment)


def _booking(subject: Subject) -> Iterator[Part]:
    if "appointment" not in subject.links:
        return
    related = ("practitioner", "client", "policy", "practitioner_terms__document", "practitioner_privacy__document")
    row = Appointment.objects.select_related(*related).get(pk=subject.links["appointment"])
    facts = (
        (_("Reference"), row.reference),
        (_("Session"), row.service_name),
        (_("Practitioner"), row.practitioner.full_name),
        (_("Client"), f"{row.contact_name} ({row.contact_email})" if row.contact_email else row.contact_name or "–"),
        (_("Begins"), moment(row.starts_at)),
        (_("Ends"), moment(row.ends_at)),
        (_("Status"), str(row.get_status_display())),
        (_("Price"), format_euros(row.price_cents)),
        (_("Paid online"), f"{format_euros(row.advance_cents)} ({row.get_advance_kind_display()})"),
        (_("Booked on"), moment(row.booked_at)),
        (_("Cancelled on"), moment(row.cancelled_at)),
    )
    names = (
        "reference", "service_name", "status", "timezone", "price_cents", "advance_cents", "advance_kind", "fee_cents",
        "cancellation_tiers", "contact_first_name", "contact_last_name", "contact_email", "contact_phone",
    )  # fmt: skip
    data = {name: getattr(row, name) for name in names}
    data |= {
        name: iso(getattr(row, name)) for name in ("starts_at", "ends_at", "created_at", "booked_at", "cancelled_at")
    }
    data |= {"practitioner": row.practitioner.full_name, "client_account": row.client_id}
    yield Part("rendez-vous", _("The appointment, as it was booked"), facts=facts, data=data)
    yield _own_documents(row)
    events = list(row.events.order_by("pk"))
    yield Part(
        "rendez-vous-historique",
        _("Its history"),
        columns=(_("When"), _("Step"), _("From"), _("To"), _("By")),
        rows=tuple(
            (moment(e.at), _step(e), _status(e.before), _status(e.after), str(e.get_by_display())) for e in events
        ),
        data=[
            {"at": iso(e.at), "action": e.action, "before": e.before, "after": e.after, "by": e.by, "actor": e.actor_id, "detail": e.detail}
            for e in events
        ],
    )  # fmt: skip


def _own_documents(row: Appointment) -> Part:
    """The practitioner's documents and policy that the booking was made under, with the very texts."""
    held = [(_("Terms of sale"), row.practitioner_terms), (_("Privacy policy"), row.practitioner_privacy)]
    kept = [(label, version) for label, version in held if version is not None]
    data: list[dict[str, Any]] = [
        {
            "kind": version.document.kind, "title": version.title, "number": version.number, "sha256": version.content_hash,
            "address": settings.BASE_URL + version.get_absolute_url(),
        }
        for _label, version in kept
    ]  # fmt: skip
    rows = [(f"{label} – {version.title}", str(version.number), version.content_hash) for label, version in kept]
    files = [
        (f"textes/{version.document.slug}-{version.number}.txt", canonical.canonical_text(version).encode())
        for _label, version in kept
    ]
    if row.policy is not None:
        text = row.policy.text.encode()
        fingerprint = hashlib.sha256(text).hexdigest()
        data.append({"kind": "cancellation-policy", "number": row.policy.number, "sha256": fingerprint})
        rows.append((_("Cancellation policy"), str(row.policy.number), fingerprint))
        files.append((f"textes/politique-annulation-{row.practitioner_id}-{row.policy.number}.txt", text))
    return Part(
        "documents-du-praticien",
        _("The practitioner's documents, as they stood at booking"),
        columns=(_("Document"), _("Version"), _("SHA-256 fingerprint of the text")),
        rows=tuple(rows),
        data=data,
        files=tuple(files),
    )


def _money(subject: Subject) -> Iterator[Part]:
    if "appointment" not in subject.links:
        return
    rows = Payment.objects.filter(appointment=subject.links["appointment"]).prefetch_related("refunds", "events")
    if subject.kind == "payment":
        rows = rows.filter(pk=subject.key)
    payments = list(rows.order_by("attempt"))
    yield Part(
        "paiements",
        _("Payments"),
        columns=(_("Attempt"), _("Amount"), _("Status"), _("Paid on"), _("Given back")),
        rows=tuple(
            (
                str(each.attempt),
                format_euros(each.amount_cents),
                str(each.get_status_display()),
                moment(each.paid_at),
                ", ".join(f"{format_euros(r.amount_cents)} ({r.get_status_display()})" for r in each.refunds.all())
                or "–",
            )
            for each in payments
        ),
        data=[_paid(each) for each in payments],
    )
    movements = LedgerTransaction.objects.filter(
        Q(payment__in=payments) | Q(payment=None, appointment=subject.links["appointment"])
    )
    kept = list(movements.prefetch_related("lines").order_by("at", "pk"))
    named = Names.of({Account.parse(line.account) for each in kept for line in each.lines.all()})
    yield Part(
        "grand-livre",
        _("Lines of the ledger"),
        columns=(_("When"), _("Movement"), _("Account"), _("Amount")),
        rows=tuple(
            (moment(each.at), str(each.get_kind_display()), named(Account.parse(line.account)), format_euros(line.amount_cents))
            for each in kept
            for line in each.lines.all()
        ),
        data=[
            {
                "key": each.key, "kind": each.kind, "at": iso(each.at), "recorded_at": iso(each.recorded_at),
                "lines": [{"account": line.account, "amount_cents": line.amount_cents} for line in each.lines.all()],
            }
            for each in kept
        ],
    )  # fmt: skip


def _step(event: AppointmentEvent) -> str:
    """What changes the state is said by the two states."""
    words = {"move": _("Moved"), "refund": _("Refund")}
    return words.get(event.action, "–" if event.before != event.after else event.action)


def _status(value: str) -> str:
    return str(Status(value).label) if value else "–"


def _paid(each: Payment) -> dict[str, Any]:
    return {
        "attempt": each.attempt, "status": each.status, "amount_cents": each.amount_cents, "fee_cents": each.fee_cents,
        "payment_intent": each.payment_intent, "session": each.session_id, "created_at": iso(each.created_at), "paid_at": iso(each.paid_at),
        "steps": [{"step": e.step, "before": e.before, "after": e.after, "at": iso(e.at)} for e in each.events.all()],
        "refunds": [
            {"amount_cents": r.amount_cents, "cause": r.cause, "status": r.status, "refund": r.refund_id, "ordered_at": iso(r.ordered_at), "settled_at": iso(r.settled_at)}
            for r in each.refunds.all()
        ],
    }  # fmt: skip
