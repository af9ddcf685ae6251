"""A request arrives: by the form, or entered by the team with the way it came and the day it was received."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from legal.models import RightsPerson, RightsRequest
from legal.requests import deadlines, messages
from legal.requests.errors import NotExpected, NowhereToAnswer, ReceivedLater
from legal.requests.history import By, State, What, back_to_work, day_of, note, open_one

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that reads like a digit
Channel = RightsRequest.Channel


@dataclass(frozen=True)
class Said:
    """Who asks and what, as typed."""

    kind: str
    name: str
    email: str
    text: str
    about: str = ""
    postal_address: str = ""


@transaction.atomic
def receive(*, said: Said, user: User | None, now: dt.datetime) -> RightsRequest:
    """From the form. The same words from the same address the same day are one request."""
    same = RightsRequest.objects.filter(
        person__email=said.email.lower(), person__text=said.text, kind=said.kind, channel=Channel.FORM,
        received_on=day_of(now), answered_at=None,
    ).select_related("person")  # fmt: skip
    known = same.first()
    if known is not None:
        return known
    return _store(said, channel=Channel.FORM, received_on=day_of(now), user=user, actor=None, now=now)


@transaction.atomic
def enter(*, said: Said, channel: str, received_on: dt.date, by: User, now: dt.datetime) -> RightsRequest:
    """By the team: the clock runs from the day it was received, not from the day it is typed."""
    if received_on > day_of(now):
        raise ReceivedLater
    if not said.email and not said.postal_address:
        raise NowhereToAnswer
    return _store(said, channel=channel, received_on=received_on, user=None, actor=by, now=now)


@transaction.atomic
def add_words(*, request_id: int, text: str, now: dt.datetime) -> RightsRequest:
    """What the person adds by the link: an answer to a question, or more of it. The team sees it at once."""
    request = open_one(request_id)
    if request.paused_on is None and request.state == State.ASKED:
        back_to_work(request, now)
        request.save()
    note(request, What.ADDED, by=By.PERSON, now=now, text=text)
    return request


def _store(
    said: Said, *, channel: str, received_on: dt.date, user: User | None, actor: User | None, now: dt.datetime
) -> RightsRequest:
    request = RightsRequest.objects.create(
        reference=_reference(),
        kind=said.kind,
        channel=channel,
        received_on=received_on,
        due_on=deadlines.due_on(received_on),
        account=user,
        signed_in=user is not None,
    )
    RightsPerson.objects.create(
        request=request,
        name=said.name,
        email=said.email.lower(),
        postal_address=said.postal_address,
        about=said.about,
        text=said.text,
    )
    event = note(request, What.RECEIVED, by=By.TEAM if actor else By.PERSON, actor=actor or user, now=now)
    messages.to_person(request, event, messages.written(request, "received"))
    return request


def _reference() -> str:
    while RightsRequest.objects.filter(
        reference=(found := "D-" + "".join(secrets.choice(_ALPHABET) for _ in range(8)))
    ).exists():
        pass
    return found


def must_wait_for_proof(request: RightsRequest) -> None:
    if request.is_ended or request.paused_on is None:
        raise NotExpected
