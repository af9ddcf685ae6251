"""Requests to the practitioner (B12): opened with a receipt, answered, reminded of, or left to the consumer mediator.

The operator decides nothing. A withdrawal is a request like another for now: what the law makes of it hangs on `Kind.WITHDRAWAL`
in `open_request`, whose receipt already is the dated declaration on a durable medium.
"""

import datetime as dt
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from booking import notifications
from booking.actions import refunds
from booking.client_access import office_request_url, request_url
from booking.errors import MoreThanPaid, NotBookable, RequestClosed, RequestOpen
from booking.models import Appointment, ClientRequest, ClientRequestEvent, ClientRequestWords, Refund
from booking.models.appointment import NEVER_BOOKED

Kind, State = ClientRequest.Kind, ClientRequest.State
What, BY = ClientRequestEvent.What, ClientRequestEvent.By
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
REMIND_AFTER = (3, 7, 14)  # days
ANSWER_WITHIN = dt.timedelta(days=REMIND_AFTER[-1])


@transaction.atomic
def open_request(*, appointment_id: int, kind: str, text: str, actor: User | None, now: dt.datetime) -> ClientRequest:
    """Record the request, give the client a receipt, tell the practitioner. Raises RequestOpen, NotBookable."""
    appointment = Appointment.objects.select_for_update(of=("self",), no_key=True).for_pages().get(pk=appointment_id)
    if appointment.status in NEVER_BOOKED:
        raise NotBookable
    try:
        with transaction.atomic():
            row = ClientRequest.objects.create(
                reference="D-" + "".join(secrets.choice(LETTERS) for _ in range(8)),
                appointment=appointment,
                kind=kind,
                opened_at=now,
                answer_by=now + ANSWER_WITHIN,
            )
    except IntegrityError as error:
        if "one_open_request_a_kind" not in str(error):
            raise
        raise RequestOpen from error
    event = _note(row, What.OPENED, BY.CLIENT, now, actor=actor, text=text)
    _tell(row, "request_received", "client", event)
    _tell(row, "request_opened", "practitioner", event)
    return row


@transaction.atomic
def add(*, request_id: int, text: str, actor: User | None, now: dt.datetime) -> ClientRequest:
    """The client adds words. Raises RequestClosed."""
    row = _locked(request_id)
    if row.state == State.CLOSED:
        raise RequestClosed
    event = _note(row, What.ADDED, BY.CLIENT, now, actor=actor, text=text)
    _tell(row, "request_added", "practitioner", event)
    return row


@transaction.atomic
def answer(*, request_id: int, text: str, refused: bool, actor: User, now: dt.datetime) -> ClientRequest:
    """The practitioner answers in words, or refuses with reasons; also after the mediator was named. Raises RequestClosed."""
    row = _locked(request_id)
    _answered(row, now)
    event = _note(row, What.REFUSED if refused else What.ANSWERED, BY.PRACTITIONER, now, actor=actor, text=text)
    _tell(row, "request_answered", "client", event, refused=refused, amount_cents=0)
    return row


@transaction.atomic
def grant_refund(*, request_id: int, amount_cents: int, text: str, actor: User, now: dt.datetime) -> ClientRequest:
    """Order the refund of `amount_cents`, never more than what is left of what was paid. Raises MoreThanPaid, RequestClosed."""
    row = _locked(request_id)
    _answered(row, now)
    if amount_cents <= 0:
        raise MoreThanPaid
    ordered = refunds.order_in_all(
        appointment_id=row.appointment_id, amount_cents=amount_cents, cause=Refund.Cause.REQUEST, now=now
    )
    event = _note(
        row,
        What.REFUNDED,
        BY.PRACTITIONER,
        now,
        actor=actor,
        text=text,
        amount_cents=amount_cents,
        refund=ordered[-1],
    )
    _tell(row, "request_answered", "client", event, refused=False, amount_cents=amount_cents)
    return row


@transaction.atomic
def close(*, request_id: int, actor: User | None, now: dt.datetime) -> ClientRequest:
    """The client is satisfied, or gives up. Raises RequestClosed."""
    row = _locked(request_id)
    if row.state == State.CLOSED:
        raise RequestClosed
    _ended(row, State.CLOSED, now)
    event = _note(row, What.CLOSED, BY.CLIENT, now, actor=actor)
    _tell(row, "request_closed", "practitioner", event)
    return row


@transaction.atomic
def fail(*, request_id: int, actor: User | None, now: dt.datetime) -> ClientRequest:
    """The client says that no agreement was found: the mediator's details are shown and sent. Raises RequestClosed."""
    row = _locked(request_id)
    if row.is_ended:
        raise RequestClosed
    event = _note(row, What.UNRESOLVED, BY.CLIENT, now, actor=actor)
    _leave_to_mediator(row, event, now)
    _tell(row, "request_unresolved", "practitioner", event)
    return row


def due(*, now: dt.datetime) -> QuerySet[ClientRequest]:
    """Those whose next reminder has come, oldest first."""
    reached = Q()
    for days in REMIND_AFTER:
        reached |= Q(opened_at__lte=now - dt.timedelta(days=days), reminded_days__lt=days)
    return ClientRequest.objects.filter(reached, state=State.OPEN).order_by("opened_at")


@transaction.atomic
def remind(*, request_id: int, now: dt.datetime) -> bool:
    """Send the reminder that is due, each once; a later one replaces those that a pause of the sweep skipped.

    With the last one the request is unresolved: the client receives the mediator's details.
    """
    row = _locked(request_id)
    days = max((d for d in REMIND_AFTER if now >= row.opened_at + dt.timedelta(days=d)), default=0)
    if row.state != State.OPEN or days <= row.reminded_days:
        return False
    row.reminded_days = days
    row.save(update_fields=["reminded_days"])
    event = _note(row, What.REMINDED, BY.SYSTEM, now, number=days)
    _tell(row, "request_reminder", "practitioner", event, days=days, last=days == REMIND_AFTER[-1])
    if days == REMIND_AFTER[-1]:
        _leave_to_mediator(row, _note(row, What.SILENT, BY.SYSTEM, now), now)
    return True


def refundable(appointment: Appointment) -> int:
    """Cents paid online that were not given back, nor are about to be."""
    return refunds.left_cents(appointment)


def _locked(request_id: int) -> ClientRequest:
    rows = ClientRequest.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("appointment__practitioner", "appointment__place__commune__department").get(
        pk=request_id
    )


def _answered(row: ClientRequest, now: dt.datetime) -> None:
    if row.state == State.CLOSED:
        raise RequestClosed
    row.state, row.answered_at, row.ended_at = State.ANSWERED, now, None
    row.save(update_fields=["state", "answered_at", "ended_at"])


def _ended(row: ClientRequest, state: str, now: dt.datetime) -> None:
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at", "mediator", "mediator_contact"])


def _leave_to_mediator(row: ClientRequest, event: ClientRequestEvent, now: dt.datetime) -> None:
    practitioner = row.appointment.practitioner
    row.mediator, row.mediator_contact = practitioner.mediator, practitioner.mediator_contact
    _ended(row, State.UNRESOLVED, now)
    _tell(row, "request_unresolved", "client", event)


def _note(
    row: ClientRequest,
    what: str,
    by: str,
    now: dt.datetime,
    *,
    actor: User | None = None,
    text: str = "",
    number: int = 0,
    amount_cents: int = 0,
    refund: Refund | None = None,
) -> ClientRequestEvent:
    event = ClientRequestEvent.objects.create(
        request=row, what=what, by=by, actor=actor, at=now, number=number, amount_cents=amount_cents, refund=refund
    )
    if text:
        ClientRequestWords.objects.create(event=event, text=text)
    return event


def _tell(row: ClientRequest, kind: str, reader: str, event: ClientRequestEvent, **facts: Any) -> None:
    """What was written stays on the page: it may say more than a mail should."""
    url = request_url(row) if reader == "client" else office_request_url(row)
    notifications.tell(
        row.appointment,
        kind,
        to=(reader,),
        number=event.pk,
        url=url,
        request_reference=row.reference,
        request_kind=str(row.kind),
        opened_at=row.opened_at,
        answer_by=row.answer_by,
        mediator=row.mediator,
        mediator_contact=row.mediator_contact,
        **facts,
    )
