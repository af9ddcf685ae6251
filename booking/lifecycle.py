"""The lifecycle of an appointment (B4) as one table: a transition that is not here does not exist.

Every transition goes through `move`, which writes its record in the same transaction. The caller holds the row's lock.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from accounts.models import User
from booking.models import Appointment, AppointmentEvent, Status
from booking.signals import appointment_changed
from common.errors import Conflict
from common.signals import listing_changed


class Step(StrEnum):
    RETAKE = "retake"
    REQUEST = "request"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    EXPIRE = "expire"
    RELEASE = "release"
    LAPSE = "lapse"
    REFUSE = "refuse"
    CANCEL_BY_CLIENT = "cancel_by_client"
    CANCEL_BY_PRACTITIONER = "cancel_by_practitioner"
    COMPLETE = "complete"
    CLIENT_ABSENT = "client_absent"
    PRACTITIONER_ABSENT = "practitioner_absent"


@dataclass(frozen=True)
class Transition:
    sources: frozenset[Status]
    target: Status


def _from(*sources: Status, to: Status) -> Transition:
    return Transition(frozenset(sources), to)


TRANSITIONS: dict[Step, Transition] = {
    # The visitor comes back to a hold that expired while its time is still free.
    Step.RETAKE: _from(Status.EXPIRED, to=Status.HELD),
    # A payment may arrive after the hold expired: the time is taken back when it still can be.
    Step.REQUEST: _from(Status.HELD, Status.EXPIRED, to=Status.REQUESTED),
    Step.CONFIRM: _from(Status.HELD, Status.EXPIRED, to=Status.CONFIRMED),
    Step.ACCEPT: _from(Status.REQUESTED, to=Status.CONFIRMED),
    Step.EXPIRE: _from(Status.HELD, to=Status.EXPIRED),
    Step.RELEASE: _from(Status.HELD, to=Status.EXPIRED),
    # A request that nobody answered in time.
    Step.LAPSE: _from(Status.REQUESTED, to=Status.EXPIRED),
    Step.REFUSE: _from(Status.REQUESTED, to=Status.REFUSED),
    Step.CANCEL_BY_CLIENT: _from(Status.REQUESTED, Status.CONFIRMED, to=Status.CANCELLED_BY_CLIENT),
    Step.CANCEL_BY_PRACTITIONER: _from(Status.REQUESTED, Status.CONFIRMED, to=Status.CANCELLED_BY_PRACTITIONER),
    Step.COMPLETE: _from(Status.CONFIRMED, to=Status.DONE),
    Step.CLIENT_ABSENT: _from(Status.CONFIRMED, Status.DONE, to=Status.CLIENT_ABSENT),
    Step.PRACTITIONER_ABSENT: _from(Status.CONFIRMED, Status.DONE, to=Status.PRACTITIONER_ABSENT),
}


class IllegalTransition(Conflict):
    """The appointment is no longer in a state from which this can be done."""


def may(appointment: Appointment, step: Step) -> bool:
    return appointment.status in TRANSITIONS[step].sources


def move(
    appointment: Appointment,
    step: Step,
    *,
    by: AppointmentEvent.By,
    now: dt.datetime,
    actor: User | None = None,
    detail: str = "",
) -> Appointment:
    """Take `step`, save the row with whatever the caller set on it, record it. Raises IllegalTransition.

    An IntegrityError means that the time was taken meanwhile: callers that come from EXPIRED catch it in a savepoint.
    """
    transition = TRANSITIONS[step]
    if appointment.status not in transition.sources:
        raise IllegalTransition
    before, appointment.status = appointment.status, transition.target
    appointment.save()
    record(appointment, step, before=before, by=by, now=now, actor=actor, detail=detail)
    return appointment


def record(
    appointment: Appointment,
    action: str,
    *,
    before: str,
    by: AppointmentEvent.By,
    now: dt.datetime,
    actor: User | None = None,
    detail: str = "",
) -> None:
    AppointmentEvent.objects.create(
        appointment=appointment,
        action=str(action),
        before=before,
        after=appointment.status,
        by=by,
        actor=actor,
        at=now,
        detail=detail[:200],
    )
    appointment_changed.send(sender=Appointment, appointment=appointment, action=str(action), before=before, now=now)
    practitioner_id = appointment.practitioner_id
    transaction.on_commit(lambda: listing_changed.send(sender=Appointment, practitioner_id=practitioner_id))
