"""Alarms before the month runs out, on its last day, and every week after it. Each is sent once, whatever runs twice."""

import datetime as dt

from django.db import transaction

from legal.models import RightsEvent, RightsRequest
from legal.requests import messages
from legal.requests.history import By, What, day_of, locked, note

BEFORE = (10, 3, 0)
WEEK = 7


def level(days: int) -> int | None:
    """Which alarm `days` before the end calls for: the nearest one passed; below nought, one a week. None while there is time."""
    if days < 0:
        return -1 - WEEK * ((-days - 1) // WEEK)
    return next((each for each in reversed(BEFORE) if days <= each), None)


def sweep(*, now: dt.datetime) -> int:
    """How many alarms were sent. A request whose clock stands still is left alone."""
    today = day_of(now)
    due = RightsRequest.objects.filter(
        answered_at=None, paused_on=None, due_on__lte=today + dt.timedelta(days=max(BEFORE))
    )
    return sum(_alarm(pk, today, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _alarm(pk: int, today: dt.date, now: dt.datetime) -> bool:
    request = locked(pk)
    days = request.days_left(today)
    called = level(days)
    if request.is_ended or request.paused_on is not None or called is None:
        return False
    known = RightsEvent.objects.filter(request=request, what=What.ALARMED, due_on=request.due_on, number=called)
    if known.exists():
        return False
    note(request, What.ALARMED, by=By.SYSTEM, now=now, number=called)
    people = messages.team()
    if request.practitioner is not None:
        people.append(request.practitioner)
    messages.alarm(request, people, days=days, level=called)
    return True
