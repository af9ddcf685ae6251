"""A request and its steps: locked, changed and written down together."""

import datetime as dt

from accounts.models import User
from common.clock import PARIS
from legal.models import RightsEvent, RightsRequest, RightsWords
from legal.requests import deadlines
from legal.requests.errors import AlreadyAnswered

What, By, State = RightsEvent.What, RightsEvent.By, RightsRequest.State


def locked(pk: int) -> RightsRequest:
    """The request, held until the end of the transaction: two people never answer it."""
    rows = RightsRequest.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person", "practitioner").get(pk=pk)


def open_one(pk: int) -> RightsRequest:
    request = locked(pk)
    if request.is_ended:
        raise AlreadyAnswered
    return request


def day_of(now: dt.datetime) -> dt.date:
    return now.astimezone(PARIS).date()


def back_to_work(request: RightsRequest, now: dt.datetime) -> None:
    """The clock runs again, and whoever had it has it."""
    if request.paused_on is not None:
        request.paused_days += (day_of(now) - request.paused_on).days
        request.paused_on = None
    request.state = State.FORWARDED if request.practitioner_id else State.OPEN
    measure(request)


def measure(request: RightsRequest) -> None:
    request.due_on = deadlines.due_on(request.received_on, extended=request.extended, paused_days=request.paused_days)


def note(
    request: RightsRequest,
    what: str,
    *,
    by: str,
    now: dt.datetime,
    actor: User | None = None,
    text: str = "",
    number: int = 0,
) -> RightsEvent:
    event = RightsEvent.objects.create(
        request=request, what=what, by=by, actor=actor, at=now, due_on=request.due_on, number=number
    )
    if text:
        RightsWords.objects.create(event=event, text=text)
    return event
