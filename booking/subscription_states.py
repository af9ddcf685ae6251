"""The states of a subscription to a paid service as one table: a step that is not here does not exist.

The code (`move`), the database's own refusal (`subscription_sql`) and the tests are made from it. The caller of `move` holds
the row's lock.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from booking.models import ServiceSubscription, SubscriptionEvent
from common.errors import Conflict

State = ServiceSubscription.State


class Step(StrEnum):
    OPEN = "open"
    BEGIN = "begin"
    FALL_BEHIND = "fall_behind"
    RECOVER = "recover"
    CANCEL = "cancel"
    KEEP = "keep"
    WITHDRAW = "withdraw"
    END = "end"
    ABANDON = "abandon"


@dataclass(frozen=True)
class Transition:
    """`target` None: the state stays, something was decided."""

    sources: frozenset[State]
    target: State | None
    cause: str


def _row(sources: set[State], to: State | None, cause: str) -> Transition:
    return Transition(frozenset(sources), to, cause)


_S, _RUNNING = State, {State.ACTIVE, State.PAST_DUE}
TRANSITIONS: dict[Step, Transition] = {
    Step.OPEN: _row({_S.CREATING}, _S.OPEN, "Stripe answered with the page where it is paid"),
    # The answer that carried the page may be lost, and the page paid all the same.
    Step.BEGIN: _row({_S.CREATING, _S.OPEN}, _S.ACTIVE, "Stripe says that the first period is paid"),
    Step.FALL_BEHIND: _row({_S.ACTIVE}, _S.PAST_DUE, "a renewal could not be paid"),
    Step.RECOVER: _row({_S.PAST_DUE}, _S.ACTIVE, "what was owed is paid"),
    Step.CANCEL: _row(_RUNNING, None, "it is not to be renewed"),
    Step.KEEP: _row(_RUNNING, None, "it is to be renewed after all"),
    Step.WITHDRAW: _row(_RUNNING, None, "the subscriber withdrew within the 14 days"),
    Step.END: _row(_RUNNING, _S.ENDED, "Stripe says that it is over"),
    # Only once nobody can pay its page any more.
    Step.ABANDON: _row({_S.CREATING, _S.OPEN}, _S.ABANDONED, "its page is closed, unpaid"),
}


class IllegalSubscriptionStep(Conflict):
    """The subscription is no longer in a state from which this can be done."""


def may(row: ServiceSubscription, step: Step) -> bool:
    return row.state in TRANSITIONS[step].sources


def move(row: ServiceSubscription, step: Step, *, now: dt.datetime, detail: str = "") -> ServiceSubscription:
    """Take `step`: save the row with whatever the caller set on it, and record it. Raises IllegalSubscriptionStep."""
    if not may(row, step):
        raise IllegalSubscriptionStep
    before = row.state
    row.state = TRANSITIONS[step].target or State(before)
    row.save()
    SubscriptionEvent.objects.create(
        subscription=row, step=step, before=before, after=row.state, at=now, detail=detail[:200]
    )
    return row
