"""Following up invoices that are not paid: steps in order, each at its time and once, and none while the invoice is contested.

The platform's own invoices are reminded of by a nightly sweep; a practitioner decides of each step towards own clients, since
many of them pay on the spot. Interest and the 40 € are claimed by a person only, between professionals, after formal notice.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from booking.actions import invoices
from booking.errors import NothingToPay, StepSuspended, StepTooEarly
from booking.late_payment import NOTHING, Claim, Rate, between_professionals, claim, rates
from booking.models import ClientRequest, Dispute, Invoice, LateHold, LateStep
from common import outbox
from common.clock import PARIS
from practitioners.models import Practitioner

log = structlog.get_logger(__name__)
Kind = LateStep.Kind
# Days after the due date; the order is that of the steps.
STEPS: tuple[tuple[str, int], ...] = ((Kind.REMINDER, 3), (Kind.SECOND, 15), (Kind.NOTICE, 30), (Kind.CHARGE, 45))
BETWEEN_STEPS = dt.timedelta(days=7)
BY_A_PERSON = Kind.CHARGE


@dataclass(frozen=True)
class Situation:
    """An overdue invoice on a day."""

    invoice: Invoice
    outstanding: int
    days_late: int
    claim: Claim
    taken: Sequence[LateStep]
    why_suspended: str
    hold: LateHold | None
    next_kind: str
    next_on: dt.date | None
    today: dt.date

    @property
    def is_due(self) -> bool:
        return bool(self.next_on and self.next_on <= self.today and not self.why_suspended)

    @property
    def next_label(self) -> str:
        return str(Kind(self.next_kind).label) if self.next_kind else ""

    @property
    def owed(self) -> int:
        return self.outstanding + self.claim.total_cents


def overdue(*, issuer: Practitioner | None, today: dt.date) -> QuerySet[Invoice]:
    """Those of which something is still to be paid, the oldest first."""
    return _with_facts(Invoice.objects.filter(issuer=issuer, due_on__lt=today)).order_by("due_on", "pk")


def owed_by(practitioner: Practitioner, *, today: dt.date) -> QuerySet[Invoice]:
    """The platform's invoices that this practitioner has not paid in time."""
    return overdue(issuer=None, today=today).filter(practitioner=practitioner)


def _with_facts(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Those still to be paid, with all that a situation reads. `left`: what `invoices.outstanding` says, as a column."""
    credited = Invoice.objects.filter(credit_of=OuterRef("pk")).order_by().values("credit_of")
    disputed = Dispute.objects.filter(payment__appointment=OuterRef("appointment"), status__in=Dispute.OPEN)
    asked = ClientRequest.objects.filter(appointment=OuterRef("appointment"), state=ClientRequest.State.OPEN)
    return (
        rows.filter(paid_at=None, credit_of=None)
        .annotate(
            left=F("gross_cents")
            - F("prepaid_cents")
            - Coalesce(
                Subquery(credited.annotate(n=Sum("gross_cents")).values("n")), Value(0), output_field=BigIntegerField()
            ),
            disputed=Exists(disputed),
            asked=Exists(asked),
        )
        .filter(left__gt=0)
        .select_related("practitioner__user", "issuer", "client", "appointment")
        .prefetch_related(
            "late_steps", Prefetch("late_holds", queryset=LateHold.objects.filter(closed_at=None), to_attr="open_holds")
        )
    )


def situation(invoice: Invoice, *, today: dt.date, known: Sequence[Rate]) -> Situation:
    """Of a row of `overdue`."""
    left = max(0, invoice.left)  # type: ignore[attr-defined]
    hold = next(iter(invoice.open_holds), None)  # type: ignore[attr-defined]
    taken = list(invoice.late_steps.all())
    kind, on = _next(invoice, taken)
    return Situation(
        invoice=invoice,
        outstanding=left,
        days_late=(today - invoice.due_on).days,
        claim=claim(invoice, left, on=today, known=known),
        taken=taken,
        why_suspended=_suspended(invoice, hold),
        hold=hold,
        next_kind=kind,
        next_on=on,
        today=today,
    )


def situations(rows: Iterable[Invoice], *, today: dt.date) -> list[Situation]:
    known = rates()
    return [situation(row, today=today, known=known) for row in rows]


def _suspended(invoice: Invoice, hold: LateHold | None) -> str:
    if hold:
        return hold.reason
    if invoice.disputed:  # type: ignore[attr-defined]
        return _("The payment is contested at the client’s bank.")
    if invoice.asked:  # type: ignore[attr-defined]
        return _("A request of the client about this appointment is open.")
    return ""


def _next(invoice: Invoice, taken: Sequence[LateStep]) -> tuple[str, dt.date | None]:
    done = {step.kind for step in taken}
    for kind, days in STEPS:
        if kind in done or (kind == Kind.CHARGE and not between_professionals(invoice)):
            continue
        on = invoice.due_on + dt.timedelta(days=days)
        if taken:
            on = max(on, (taken[-1].at + BETWEEN_STEPS).astimezone(PARIS).date())
        return kind, on
    return "", None


@transaction.atomic
def take(*, invoice_id: int, kind: str, by: User | None, now: dt.datetime) -> LateStep:
    """Write to who owes. Raises NothingToPay, StepSuspended, StepTooEarly (also for a step that somebody else just took)."""
    Invoice.objects.select_for_update(no_key=True).get(pk=invoice_id)
    today = now.astimezone(PARIS).date()
    row = _with_facts(Invoice.objects.filter(pk=invoice_id, due_on__lt=today)).first()
    if row is None:
        raise NothingToPay
    found = situation(row, today=today, known=rates())
    if found.why_suspended:
        raise StepSuspended
    if kind != found.next_kind or not found.is_due:
        raise StepTooEarly
    asked = found.claim if kind == Kind.CHARGE else NOTHING
    step = LateStep.objects.create(
        invoice=row,
        kind=kind,
        at=now,
        by=by,
        due_cents=found.outstanding,
        interest_cents=asked.interest_cents,
        indemnity_cents=asked.indemnity_cents,
    )
    _write(row, step, found.days_late)
    return step


def _write(row: Invoice, step: LateStep, days_late: int) -> None:
    to = row.practitioner.user.email if row.issuer_id is None else _client_address(row)
    if not to:
        log.warning("late_step_without_address", invoice=row.pk)
        return
    outbox.send(
        key=f"late-{step.pk}",
        to=to,
        template="money/late_step",
        context={
            "step": step,
            "kind": step.kind,
            "invoice": row,
            "days_late": days_late,
            "creditor": row.seller.get("name", ""),
            "debtor": row.buyer.get("name", ""),
            "total": step.due_cents + step.interest_cents + step.indemnity_cents,
            "page": "/espace-praticien/paiements/impayes/" if row.issuer_id is None else "",
            "professional": between_professionals(row),
        },
        headers={"Reply-To": row.seller["email"]} if row.seller.get("email") else None,
        about=f"booking.Invoice:{row.pk}",
    )


def _client_address(row: Invoice) -> str:
    if row.client:
        return str(row.client.email)
    return row.appointment.contact_email if row.appointment else ""


def contest(*, invoice_id: int, reason: str, by: User, now: dt.datetime) -> LateHold:
    """The steps wait. Raises StepSuspended when it is contested already, NothingToPay."""
    with transaction.atomic():
        invoice = invoices.locked(invoice_id)
        if not invoices.outstanding(invoice):
            raise NothingToPay
        try:
            with transaction.atomic():
                return LateHold.objects.create(invoice=invoice, reason=reason, opened_at=now, opened_by=by)
        except IntegrityError as error:
            raise StepSuspended from error


@transaction.atomic
def settle(*, invoice_id: int, by: User, now: dt.datetime) -> None:
    """What was contested is settled: the steps go on. Raises StepTooEarly when nothing was."""
    hold = LateHold.objects.select_for_update(no_key=True).filter(invoice=invoice_id, closed_at=None).first()
    if hold is None:
        raise StepTooEarly
    hold.closed_at, hold.closed_by = now, by
    hold.save(update_fields=["closed_at", "closed_by"])


def due_for_platform(*, now: dt.datetime) -> list[tuple[int, str]]:
    """The steps that the sweep takes by itself: towards practitioners, up to the formal notice."""
    today = now.astimezone(PARIS).date()
    rows = overdue(issuer=None, today=today)
    return [
        (found.invoice.pk, found.next_kind)
        for found in situations(rows.iterator(chunk_size=200), today=today)
        if found.is_due and found.next_kind != BY_A_PERSON
    ]


def follow_up(*, now: dt.datetime) -> int:
    """Take them; one that was paid or contested meanwhile is no failure."""
    count = 0
    for invoice_id, kind in due_for_platform(now=now):
        try:
            take(invoice_id=invoice_id, kind=kind, by=None, now=now)
            count += 1
        except (NothingToPay, StepSuspended, StepTooEarly) as error:
            log.info("late_step_not_taken", invoice=invoice_id, why=type(error).__name__)
    return count
