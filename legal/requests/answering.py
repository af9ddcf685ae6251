"""The answer: once, in the words that were sent, with its files behind the link; by the team, or by the practitioner it was handed to."""

import datetime as dt
import hashlib

from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from legal.models import RightsEvent, RightsFile, RightsRequest
from legal.requests import identity, messages
from legal.requests.errors import NotWithYou, ReasonMissing, TooManyFiles, WithThePractitioner
from legal.requests.history import By, State, What, back_to_work, day_of, note, open_one
from legal.retention import files

MOST_FILES = 10


@transaction.atomic
def attach(*, request_id: int, name: str, content: File, now: dt.datetime) -> RightsFile:
    """Joined to the answer to come: the person sees it with the answer, not before."""
    request = open_one(request_id)
    if request.files.count() >= MOST_FILES:
        raise TooManyFiles
    data = content.read()
    content.seek(0)
    return RightsFile.objects.create(
        request=request,
        name=name[:120],
        file=content,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        added_at=now,
    )


@transaction.atomic
def detach(*, request_id: int, file_id: int, now: dt.datetime) -> None:
    request = open_one(request_id)
    rows = request.files.filter(pk=file_id)
    files.ask(storage="private", names=list(rows.values_list("file", flat=True)), now=now)
    rows.delete()


@transaction.atomic
def answer(*, request_id: int, text: str, by: User, now: dt.datetime) -> RightsRequest:
    request = open_one(request_id)
    if request.practitioner_id:
        raise WithThePractitioner
    return _end(request, What.ANSWERED, text.strip(), By.TEAM, by, now)


@transaction.atomic
def refuse(*, request_id: int, reason: str, by: User, now: dt.datetime) -> RightsRequest:
    request = open_one(request_id)
    if request.practitioner_id:
        raise WithThePractitioner
    if not reason.strip():
        raise ReasonMissing
    return _end(request, What.REFUSED, messages.written(request, "refused", reason=reason.strip()), By.TEAM, by, now)


@transaction.atomic
def answer_as_practitioner(*, request_id: int, granted: bool, text: str, by: User, now: dt.datetime) -> RightsRequest:
    """The controller's own words; a refusal gives its reasons in them."""
    request = open_one(request_id)
    if request.practitioner_id != by.pk:
        raise NotWithYou
    what = What.ANSWERED if granted else What.REFUSED
    return _end(request, what, text.strip(), By.PRACTITIONER, by, now)


def _end(
    request: RightsRequest, what: RightsEvent.What, text: str, by: RightsEvent.By, actor: User, now: dt.datetime
) -> RightsRequest:
    if not text:
        raise ReasonMissing
    if request.paused_on is not None:
        back_to_work(request, now)
    identity.forget(request, now)
    request.state = State.ANSWERED if what == What.ANSWERED else State.REFUSED
    request.answered_at, request.answered_on = now, day_of(now)
    request.save()
    event = note(request, what, by=by, actor=actor, now=now, text=text)
    messages.to_person(request, event, text)
    return request
