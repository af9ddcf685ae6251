"""What can be pressed on the page of a request, each with its form and the action that it asks for."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from legal.models import RightsRequest
from legal.requests import answering, handling, identity
from legal.requests.errors import NoSuchAccount
from legal.requests.forms import AddressForm, AnswerForm, FileForm, ProofForm, ReasonForm
from legal.rights import export

Perform = Callable[[int, dict[str, Any], User, dt.datetime], object]


class NothingToType(forms.Form):
    pass


class WhichFile(forms.Form):
    file_id = forms.IntegerField(min_value=1, max_value=10**17)


@dataclass(frozen=True)
class Act:
    form: type[forms.Form]
    perform: Perform
    said: str | Promise


def _reason(action: Callable[..., object], name: str = "reason") -> Perform:
    return lambda pk, data, by, now: action(request_id=pk, by=by, now=now, **{name: data["reason"]})


def _prove(pk: int, data: dict[str, Any], by: User, now: dt.datetime) -> object:
    return identity.prove(request_id=pk, document=data["document"], upload=data["file"], by=by, now=now)


def _attach(pk: int, data: dict[str, Any], by: User, now: dt.datetime) -> object:
    return answering.attach(request_id=pk, name=data["name"], content=data["file"], now=now)


def _attach_export(pk: int, data: dict[str, Any], by: User, now: dt.datetime) -> object:
    """The same archive as the person would download from the account; only the team says whose it is."""
    request = RightsRequest.objects.select_related("account").get(pk=pk)
    if request.account is None:
        raise NoSuchAccount
    name = f"donnees-{request.reference.lower()}.zip"
    with export.build(user=request.account, now=now) as copied:
        return answering.attach(request_id=pk, name=name, content=File(copied, name="donnees.zip"), now=now)


ACTS: dict[str, Act] = {
    "take": Act(NothingToType, lambda pk, data, by, now: handling.take(request_id=pk, by=by, now=now), _("The request is yours.")),
    "note": Act(ReasonForm, _reason(handling.write_note, "text"), _("Noted.")),
    "account": Act(
        AddressForm,
        lambda pk, data, by, now: handling.find_account(request_id=pk, email=data["email"], by=by, now=now),
        _("The account is found."),
    ),
    "ask": Act(ReasonForm, _reason(handling.ask, "question"), _("The question is sent.")),
    "doubt": Act(ReasonForm, _reason(handling.doubt), _("The proof is asked for; the clock stands still.")),
    "prove": Act(ProofForm, _prove, _("The copy is kept until it is seen.")),
    "seen": Act(
        NothingToType,
        lambda pk, data, by, now: identity.see(request_id=pk, convincing=True, by=by, now=now),
        _("Noted; the copy is deleted."),
    ),
    "unseen": Act(
        NothingToType,
        lambda pk, data, by, now: identity.see(request_id=pk, convincing=False, by=by, now=now),
        _("Noted; the copy is deleted."),
    ),
    "extend": Act(ReasonForm, _reason(handling.extend), _("Extended by two months; the person is told why.")),
    "forward": Act(
        AddressForm,
        lambda pk, data, by, now: handling.forward(request_id=pk, email=data["email"], by=by, now=now),
        _("Handed to the practitioner; the person is told."),
    ),
    "attach": Act(FileForm, _attach, _("Joined to the answer to come.")),
    "attach-export": Act(NothingToType, _attach_export, _("Joined to the answer to come.")),
    "detach": Act(
        WhichFile,
        lambda pk, data, by, now: answering.detach(request_id=pk, file_id=data["file_id"], now=now),
        _("Taken away."),
    ),
    "answer": Act(
        AnswerForm,
        lambda pk, data, by, now: answering.answer(request_id=pk, text=data["text"], by=by, now=now),
        _("The answer is sent."),
    ),
    "refuse": Act(ReasonForm, _reason(answering.refuse), _("The refusal and its reason are sent.")),
}  # fmt: skip
