"""One worker at a time reads and writes a connection. A claim outlives no task: what a killed worker left is free again soon."""

import datetime as dt
import uuid

from django.db.models import Q

from booking.models import CalendarConnection

# Longer than a task may last (CELERY_TASK_TIME_LIMIT).
LASTS = dt.timedelta(seconds=150)


class ClaimLost(Exception):
    """Another worker has it, or it is unlinked: what was read here is thrown away."""


def take(connection_id: int, now: dt.datetime) -> str:
    """A claim, or nothing while another holds one."""
    claim = str(uuid.uuid4())
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    taken = CalendarConnection.objects.filter(free, pk=connection_id).update(claim=claim, claimed_until=now + LASTS)
    return claim if taken else ""


def hold(connection_id: int, claim: str) -> CalendarConnection:
    """The connection, locked until the end of the transaction. Raises ClaimLost."""
    found = (
        CalendarConnection.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=connection_id, claim=claim)
        .first()
    )
    if found is None:
        raise ClaimLost
    return found
