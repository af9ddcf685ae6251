"""The lifecycle of an appointment (B4) as one table: a transition that is not here does not exist.

The code (`move`), the database's own refusal (`lifecycle_sql`), the tests and the diagram of docs/booking.md
(`manage.py draw_lifecycle`) are all made from it. The caller of `move` holds the row's lock.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction

from accounts.models import User
from booking.models import Appointment, AppointmentEvent, Status
from booking.signals import appointment_changed
from common import compiled
from common.errors import Conflict, NotAllowed
from common.signals import listing_changed

By = AppointmentEvent.By


class Step(StrEnum):
    RETAKE = "retake"
    REQUEST = "request"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    AGREE = "agree"
    EXPIRE = "expire"
    RELEASE = "release"
    LAPSE = "lapse"
    REFUSE = "refuse"
    CANCEL_BY_CLIENT = "cancel_by_client"
    CANCEL_BY_PRACTITIONER = "cancel_by_practitioner"
    WITHDRAW = "withdraw"
    COMPLETE = "complete"
    CLIENT_ABSENT = "client_absent"
    PRACTITIONER_ABSENT = "practitioner_absent"


class Effect(StrEnum):
    """What a transition brings about besides the new state; `booking/actions/effects.py` carries each one out.

    That a time is taken or free follows from the state alone: the database's triggers see to it (`Transition.frees_time`).
    """

    FORGET_VISITOR = "forget who was about to book"
    NOTE_BOOKING = "note when it was booked"
    SET_DEADLINE = "set until when to answer"
    NOTE_CANCELLATION = "note when it was cancelled"
    ENTER_CLIENT = "enter the client in the practitioner's list"
    CLOSE_PROPOSALS = "close the proposal of other times"
    GIVE_BACK_BY_SCALE = "give back what the frozen scale says"
    GIVE_BACK_ALL = "give everything back"
    LET_GO = "let go of the card's authorisation"
    INVITE_TO_REVIEW = "invite to review"
    WITHDRAW_INVITATION = "withdraw the invitation to review"


@dataclass(frozen=True)
class Tell:
    """The mail of a `kind` (`booking/notifications/kinds.py`) to the "client" or the "practitioner"."""

    reader: str
    kind: str

    def __str__(self) -> str:
        return f"tell the {self.reader}"


@dataclass(frozen=True)
class Transition:
    """`by`: who may take it, in which role."""

    by: frozenset[By]
    sources: frozenset[Status]
    target: Status
    effects: tuple[Effect | Tell, ...] = ()

    @property
    def frees_time(self) -> bool:
        return bool(self.sources & OCCUPYING) and self.target not in OCCUPYING


OCCUPYING = frozenset({Status.HELD, Status.REQUESTED, Status.CONFIRMED})
# From one state that takes the time to another: nothing that the search knows of changes.
SAME_TIME = frozenset({Step.REQUEST, Step.CONFIRM, Step.ACCEPT})
CLIENT, PRACTITIONER, SYSTEM, STRIPE = By.CLIENT, By.PRACTITIONER, By.SYSTEM, By.STRIPE
_S, _E = Status, Effect


def _row(by: set[By], sources: set[Status], to: Status, *effects: Effect | Tell) -> Transition:
    return Transition(frozenset(by), frozenset(sources), to, effects)


def _tell(client: str = "", practitioner: str = "") -> tuple[Tell, ...]:
    told = (("client", client), ("practitioner", practitioner))
    return tuple(Tell(reader, kind) for reader, kind in told if kind)


_BOOKED = (_E.NOTE_BOOKING, _E.ENTER_CLIENT)
_GONE = (_E.CLOSE_PROPOSALS, _E.LET_GO)
TRANSITIONS: dict[Step, Transition] = {
    # The visitor comes back to a hold that expired while its time is still free.
    Step.RETAKE: _row({CLIENT}, {_S.EXPIRED}, _S.HELD),
    # A payment may arrive after the hold expired: the time is taken back when it still can be.
    Step.REQUEST: _row(
        {CLIENT, STRIPE},
        {_S.HELD, _S.EXPIRED},
        _S.REQUESTED,
        *_BOOKED,
        _E.SET_DEADLINE,
        *_tell("requested", "requested"),
    ),
    Step.CONFIRM: _row(
        {CLIENT, STRIPE}, {_S.HELD, _S.EXPIRED}, _S.CONFIRMED, *_BOOKED, *_tell("confirmed", "confirmed")
    ),
    # By Stripe: the money was taken, the rest of the acceptance was lost with its worker.
    Step.ACCEPT: _row(
        {PRACTITIONER, STRIPE}, {_S.REQUESTED}, _S.CONFIRMED, _E.CLOSE_PROPOSALS, *_tell("confirmed", "confirmed")
    ),
    # The client takes one of the times that the practitioner proposed; the platform ends what was begun.
    Step.AGREE: _row(
        {CLIENT, SYSTEM}, {_S.REQUESTED}, _S.CONFIRMED, _E.CLOSE_PROPOSALS, *_tell("confirmed", "confirmed")
    ),
    Step.EXPIRE: _row({SYSTEM}, {_S.HELD}, _S.EXPIRED, _E.FORGET_VISITOR),
    # The visitor gives the time back; the practitioner or the platform takes back what was only offered.
    Step.RELEASE: _row({CLIENT, PRACTITIONER, SYSTEM}, {_S.HELD}, _S.EXPIRED, _E.FORGET_VISITOR),
    # A request that nobody answered in time.
    Step.LAPSE: _row({SYSTEM}, {_S.REQUESTED}, _S.EXPIRED, *_GONE, *_tell("refused", "unanswered")),
    Step.REFUSE: _row({PRACTITIONER}, {_S.REQUESTED}, _S.REFUSED, *_GONE, *_tell("refused")),
    Step.CANCEL_BY_CLIENT: _row(
        {CLIENT},
        {_S.REQUESTED, _S.CONFIRMED},
        _S.CANCELLED_BY_CLIENT,
        _E.NOTE_CANCELLATION,
        _E.GIVE_BACK_BY_SCALE,
        *_GONE,
        *_tell("cancelled", "cancelled"),
    ),
    Step.CANCEL_BY_PRACTITIONER: _row(
        {PRACTITIONER},
        {_S.REQUESTED, _S.CONFIRMED},
        _S.CANCELLED_BY_PRACTITIONER,
        _E.NOTE_CANCELLATION,
        _E.GIVE_BACK_ALL,
        *_GONE,
        *_tell("cancelled", "cancelled"),
    ),
    # The right of the law (L221-18), whatever the scale; what goes back was ordered by `actions.withdrawals`, which also writes the
    # receipt and tells the practitioner.
    Step.WITHDRAW: _row(
        {CLIENT},
        {_S.REQUESTED, _S.CONFIRMED},
        _S.CANCELLED_BY_CLIENT,
        _E.NOTE_CANCELLATION,
        *_GONE,
    ),
    # By the platform, a day after its end, when nobody said anything.
    Step.COMPLETE: _row({PRACTITIONER, SYSTEM}, {_S.CONFIRMED}, _S.DONE, _E.INVITE_TO_REVIEW),
    Step.CLIENT_ABSENT: _row(
        {PRACTITIONER},
        {_S.CONFIRMED, _S.DONE},
        _S.CLIENT_ABSENT,
        _E.WITHDRAW_INVITATION,
        *_tell("client_absent"),
    ),
    # Declared by the client; what is owed then is settled between the two (a request, B12).
    Step.PRACTITIONER_ABSENT: _row(
        {CLIENT},
        {_S.CONFIRMED, _S.DONE},
        _S.PRACTITIONER_ABSENT,
        _E.WITHDRAW_INVITATION,
        *_tell("practitioner_absent", "practitioner_absent"),
    ),
}


class IllegalTransition(Conflict):
    """The appointment is no longer in a state from which this can be done."""


class NotTheirs(NotAllowed):
    """Legal, but not for who asks."""


@dataclass
class Passage:
    """One transition being taken. Effects read it, and leave in `facts` what the mails after them say."""

    appointment: Appointment
    step: Step
    before: str
    by: By
    now: dt.datetime
    detail: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


# Filled by booking.actions.effects: the first before the row is saved, the second after its event is written.
PREPARES: dict[Effect, Callable[[Passage], None]] = {}
CARRIES_OUT: dict[Effect | type[Tell], Callable[..., None]] = {}


def may(appointment: Appointment, step: Step, *, by: By | None = None) -> bool:
    """Whether the state allows it, and the role if one is given."""
    transition = TRANSITIONS[step]
    return appointment.status in transition.sources and (by is None or by in transition.by)


def move(
    appointment: Appointment,
    step: Step,
    *,
    by: By,
    now: dt.datetime,
    actor: User | None = None,
    detail: str = "",
    facts: dict[str, Any] | None = None,
) -> Appointment:
    """Take `step`: save the row with whatever the caller set on it, record it, carry out its effects.

    Raises IllegalTransition, NotTheirs. An IntegrityError means that the time was taken meanwhile: callers that come from
    EXPIRED catch it in a savepoint.
    """
    transition = TRANSITIONS[step]
    if appointment.status not in transition.sources:
        raise IllegalTransition
    if by not in transition.by:
        raise NotTheirs
    passage = Passage(appointment, step, appointment.status, By(by), now, detail, dict(facts or {}))
    for effect in transition.effects:
        if isinstance(effect, Effect) and effect in PREPARES:
            PREPARES[effect](passage)
    appointment.status = transition.target
    appointment.save_changes()
    record(appointment, step, before=passage.before, by=by, now=now, actor=actor, detail=passage.detail)
    for effect in transition.effects:
        if isinstance(effect, Effect) and effect in CARRIES_OUT:
            CARRIES_OUT[effect](passage)
    # Last, with what the others left to say.
    CARRIES_OUT[Tell](passage, [effect for effect in transition.effects if isinstance(effect, Tell)])
    return appointment


def record(
    appointment: Appointment,
    action: str,
    *,
    before: str,
    by: By,
    now: dt.datetime,
    actor: User | None = None,
    detail: str = "",
) -> None:
    compiled.insert(
        AppointmentEvent(
            appointment=appointment,
            action=str(action),
            before=before,
            after=appointment.status,
            by=by,
            actor=actor,
            at=now,
            detail=detail[:200],
        )
    )
    appointment_changed.send(sender=Appointment, appointment=appointment, action=str(action), before=before, now=now)
    if action in SAME_TIME and before in OCCUPYING:
        return
    practitioner_id = appointment.practitioner_id
    transaction.on_commit(lambda: listing_changed.send(sender=Appointment, practitioner_id=practitioner_id))
