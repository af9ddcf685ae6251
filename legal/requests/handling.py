"""What the team does with a request before it answers: each step is written down, and told to the person where it concerns them."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from accounts.roles import Role, has_role
from legal.models import RightsRequest
from legal.requests import messages
from legal.requests.errors import (
    AlreadyExtended,
    NoSuchAccount,
    NotAPractitioner,
    NotWithYou,
    ReasonMissing,
    TooLateToExtend,
    WithThePractitioner,
)
from legal.requests.history import By, State, What, back_to_work, day_of, measure, note, open_one


@transaction.atomic
def take(*, request_id: int, by: User, now: dt.datetime) -> RightsRequest:
    """From somebody else too."""
    request = open_one(request_id)
    request.assigned_to = by
    request.save(update_fields=["assigned_to"])
    note(request, What.TAKEN, by=By.TEAM, actor=by, now=now)
    return request


@transaction.atomic
def write_note(*, request_id: int, text: str, by: User, now: dt.datetime) -> RightsRequest:
    """For the team alone."""
    request = open_one(request_id)
    note(request, What.NOTED, by=By.TEAM, actor=by, now=now, text=_said(text))
    return request


@transaction.atomic
def find_account(*, request_id: int, email: str, by: User, now: dt.datetime) -> RightsRequest:
    """The team says whose account it is: nothing of it was told to who asked."""
    request = open_one(request_id)
    account = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if account is None:
        raise NoSuchAccount
    request.account = account
    request.save(update_fields=["account"])
    note(request, What.ACCOUNT, by=By.TEAM, actor=by, now=now)
    return request


@transaction.atomic
def ask(*, request_id: int, question: str, by: User, now: dt.datetime) -> RightsRequest:
    """A precision. The clock goes on."""
    request = _of_the_team(request_id)
    question = _said(question)
    back_to_work(request, now)
    request.state = State.ASKED
    request.save()
    _tell(request, What.ASKED, "asked", question, by, now)
    return request


@transaction.atomic
def doubt(*, request_id: int, reason: str, by: User, now: dt.datetime) -> RightsRequest:
    """A proof of identity, because of a doubt that is said. The clock stands still until it is there."""
    request = _of_the_team(request_id)
    reason = _said(reason)
    if request.paused_on is None:
        request.paused_on = day_of(now)
    request.state = State.ASKED
    request.save()
    _tell(request, What.DOUBTED, "doubted", reason, by, now)
    return request


@transaction.atomic
def extend(*, request_id: int, reason: str, by: User, now: dt.datetime) -> RightsRequest:
    """By two months, once, with its reason, told before the first month is over."""
    request = open_one(request_id)
    reason = _said(reason)
    if request.extended:
        raise AlreadyExtended
    if request.paused_on is None and day_of(now) > request.due_on:
        raise TooLateToExtend
    request.extended = True
    measure(request)
    request.save()
    _tell(request, What.EXTENDED, "extended", reason, by, now)
    return request


@transaction.atomic
def forward(*, request_id: int, email: str, by: User, now: dt.datetime) -> RightsRequest:
    """To the practitioner whose own clients it concerns: who is the controller answers."""
    request = open_one(request_id)
    practitioner = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if practitioner is None or not has_role(practitioner, Role.PRACTITIONER):
        raise NotAPractitioner
    request.practitioner = practitioner
    back_to_work(request, now)
    request.save()
    event = note(request, What.FORWARDED, by=By.TEAM, actor=by, now=now)
    messages.to_person(request, event, messages.written(request, "forwarded"))
    messages.to_practitioner(request, event)
    return request


@transaction.atomic
def give_back(*, request_id: int, reason: str, by: User, now: dt.datetime) -> RightsRequest:
    """By the practitioner: these are not data of an own client. The team answers."""
    request = open_one(request_id)
    if request.practitioner_id != by.pk:
        raise NotWithYou
    reason = _said(reason)
    request.practitioner, request.state = None, State.OPEN
    request.save()
    note(request, What.RETURNED, by=By.PRACTITIONER, actor=by, now=now, text=reason)
    return request


def _of_the_team(request_id: int) -> RightsRequest:
    request = open_one(request_id)
    if request.practitioner_id:
        raise WithThePractitioner
    return request


def _said(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()


def _tell(request: RightsRequest, what: str, key: str, reason: str, by: User, now: dt.datetime) -> None:
    event = note(request, what, by=By.TEAM, actor=by, now=now, text=reason)
    messages.to_person(request, event, messages.written(request, key, reason=reason))
