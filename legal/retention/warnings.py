"""Telling the legal team what a night could not do: a brake, a rule that waits for its approval, a failure."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import outbox
from common.retention import rules
from legal.models import RetentionOutcome

State = RetentionOutcome.State
_TOLD = (State.BRAKED, State.FAILED, State.WAITING)


def tell(outcomes: Sequence[RetentionOutcome], *, now: dt.datetime) -> int:
    """One message a night to each member of the team, when something waits for them; returns how many were queued."""
    stopped = [outcome for outcome in outcomes if outcome.state in _TOLD]
    if not stopped:
        return 0
    day = stopped[0].day
    # A rule that waits is told on Mondays: the desk shows it meanwhile.
    if all(outcome.state == State.WAITING for outcome in stopped) and day.weekday():
        return 0
    team = User.objects.filter(groups__name=Role.LEGAL.value, is_active=True)
    for user in team:
        outbox.send(
            key=f"retention:{day:%Y-%m-%d}:{user.pk}",
            to=user.email,
            template="legal/retention_stopped",
            context={
                "outcomes": [(_words(outcome.rule), outcome) for outcome in stopped],
                "day": day,
                "path": reverse("legal_desk_retention"),
            },
        )
    return len(team)


def _words(key: str) -> str:
    """As the desk names it; a rule that is gone since keeps its key."""
    return str(rules.get(key).says) if key in rules else key
