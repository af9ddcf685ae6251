"""Forms of the person, of the team and of the practitioner."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput

from common.untrusted import settle
from legal.models import IdentityProof, RightsRequest
from legal.models.rights_request import LONGEST
from legal.requests import answer_texts

Kind, Channel = RightsRequest.Kind, RightsRequest.Channel
# What each right is, as the form offers it.
OFFERED: list[tuple[str, str | Promise]] = [
    (Kind.ACCESS, _("Know which data you hold about me, and receive a copy")),
    (Kind.RECTIFICATION, _("Correct or complete my data")),
    (Kind.ERASURE, _("Erase my data")),
    (Kind.OBJECTION, _("Object to a use of my data")),
    (Kind.RESTRICTION, _("Restrict the use of my data, while a disagreement is settled")),
    (Kind.PORTABILITY, _("Receive my data in a format for another service")),
    (Kind.AFTER_DEATH, _("Say what becomes of my data after my death, or act for a deceased person")),
]
WHAT_FOR = _("Which right do you exercise?")


def _long(rows: int = 5) -> forms.Textarea:
    return AdminAutoHeightTextInput(attrs={"rows": rows})


class PublicForm(forms.Form):
    kind = forms.ChoiceField(label=WHAT_FOR, choices=OFFERED, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What do you ask?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Which data, which use, since when. Do not write anything about your health here."),
    )
    about = forms.CharField(
        label=_("Practitioner concerned"),
        max_length=160,
        required=False,
        help_text=_("If it is about what a practitioner noted of you: their name. They receive your request."),
    )
    name = forms.CharField(
        label=_("First and last name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text=_("Where we answer. If you have an account, the address of that account."),
    )


class PrecisionForm(forms.Form):
    text = forms.CharField(
        label=_("What you want to add"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )


class ProofForm(forms.Form):
    document = forms.ChoiceField(
        label=_("Which document?"), choices=IdentityProof.Document.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Its copy"),
        help_text=_("PDF, JPEG, PNG or WebP, 10 MB at most. Hide what is not needed: number, photograph, signature."),
    )

    def clean_file(self) -> Any:
        return settle(self.cleaned_data["file"])


class EntryForm(forms.Form):
    """By the team: what came by mail or by post."""

    channel = forms.ChoiceField(
        label=_("Came by"), choices=[(each.value, each.label) for each in (Channel.EMAIL, Channel.POST)],
        widget=forms.RadioSelect,
    )  # fmt: skip
    received_on = forms.DateField(
        label=_("Received on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The month runs from this day."),
    )
    kind = forms.ChoiceField(label=_("Right"), choices=Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=160)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    postal_address = forms.CharField(
        label=_("Postal address"), max_length=500, required=False, widget=_long(3),
        help_text=_("Without an e-mail address, the answers are letters to print."),
    )  # fmt: skip
    about = forms.CharField(label=_("Practitioner concerned"), max_length=160, required=False)
    text = forms.CharField(label=_("What is asked"), max_length=LONGEST, widget=_long(5))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("In your words"), max_length=2000, widget=_long(3))


class AddressForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the account"), max_length=254)


class AnswerForm(forms.Form):
    text = forms.CharField(label=_("Answer"), max_length=20_000, widget=_long(10))


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("PDF, JPEG, PNG or WebP, 10 MB at most."))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        named = PurePath(upload.name or "document").stem
        settled = settle(upload)
        # A picture is kept as our own JPEG: its name follows.
        self.cleaned_data["name"] = f"{named}{PurePath(settled.name or '').suffix}"
        return settled


class TemplateForm(forms.Form):
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    text = forms.CharField(label=_("Text"), max_length=LONGEST, widget=_long(12))

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        unknown = answer_texts.unknown_names(text)
        if unknown:
            raise ValidationError(_("Nothing is called {%(name)s} here.") % {"name": unknown[0][:40]})
        missing = answer_texts.missing_names(self.key, text)
        if missing:
            raise ValidationError(_("The law wants {%(name)s} in this message.") % {"name": missing[0]})
        return text


class OfficeAnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("answered", _("I did what is asked")), ("refused", _("I refuse, for the reasons below"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Your answer"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Sent as it is to the person, with the address of the CNIL."),
    )


class GiveBackForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("right", "Why it is not yours"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
