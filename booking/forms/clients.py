"""What a practitioner types about clients; what both write in threads and requests."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking import client_csv
from booking.actions.client_records import TAG_LENGTH
from booking.models import ClientRecord, ClientRequest
from booking.models.client_request import LONGEST
from booking.models.message import LONGEST as LONGEST_MESSAGE
from common.money import format_euros


class RecordForm(forms.Form):
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One record an address. It ties later bookings to this client."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("For example 06 12 34 56 78."),
    )
    note = forms.CharField(
        label=_("Practical note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Seen by you alone: door code, preferred times… Never anything about health here."),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_phone(self) -> str:
        number = client_csv.read_phone(self.cleaned_data["phone"])
        if number is None:
            raise forms.ValidationError(_("Write a telephone number, for example 06 12 34 56 78."))
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("first_name", "last_name", "email")) and not self.errors:
            raise forms.ValidationError(_("Write a name or an e-mail address."))
        return data

    @classmethod
    def of(cls, record: ClientRecord, data: Any = None) -> "RecordForm":
        known = {name: getattr(record, name) for name in ("first_name", "last_name", "email", "note")}
        return cls(data, initial=known | {"phone": client_csv.write_phone(record.phone)})


class TagForm(forms.Form):
    label = forms.CharField(
        label=_("Add a label"),
        max_length=TAG_LENGTH,
        widget=forms.TextInput(attrs={"list": "etiquettes-connues", "autocomplete": "off"}),
    )

    def clean_label(self) -> str:
        label = " ".join(str(self.cleaned_data["label"]).translate(str.maketrans(",;|", "   ")).split())
        if not label:
            raise forms.ValidationError(_("Write a word."))
        return label


class WordsForm(forms.Form):
    """A message, or what is added to a request."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, label: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or _("Your message")
        self.fields["text"].help_text = hint


class RequestForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[
            (ClientRequest.Kind.REFUND, _("I ask for a refund")),
            (ClientRequest.Kind.COMPLAINT, _("I have a complaint")),
            (ClientRequest.Kind.AFTER_SALE, _("I have a question after the session")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What you ask for"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say what happened and what would suit you. Do not write anything about health."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what you ask for."))
        return data


class AnswerForm(forms.Form):
    ANSWER, REFUND, REFUSE = "repondre", "rembourser", "refuser"

    verdict = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect, initial=ANSWER)
    amount = forms.CharField(
        label=_("Amount refunded, in euros"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    text = forms.CharField(
        label=_("Your words to the client"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, refundable: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refundable = refundable
        choices = [(self.ANSWER, _("Answer in words"))]
        if refundable:
            choices.append((self.REFUND, _("Refund all or part of what was paid online")))
            self.fields["amount"].help_text = _("At most %(amount)s.") % {"amount": format_euros(refundable)}
            self.initial["amount"] = f"{refundable / 100:.2f}".replace(".", ",")
        else:
            del self.fields["amount"]
        self.fields["verdict"].choices = [*choices, (self.REFUSE, _("Refuse, with the reasons"))]  # type: ignore[attr-defined]

    def clean_amount(self) -> int | None:
        """In cents."""
        text = self.cleaned_data["amount"].replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        text = text.rstrip("€").replace(",", ".")
        if self.data.get("verdict") != self.REFUND:
            return None
        whole, _dot, part = text.partition(".")
        if not (
            whole.isascii() and whole.isdigit() and len(part) <= 2 and (not part or (part.isascii() and part.isdigit()))
        ):
            raise forms.ValidationError(_("Write an amount in euros, for example 45,50."))
        cents = int(whole) * 100 + int(part.ljust(2, "0") or 0)
        if not 0 < cents <= self.refundable:
            raise forms.ValidationError(
                _("Write an amount between 0,01 € and %(amount)s."), params={"amount": format_euros(self.refundable)}
            )
        return cents

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") in {self.ANSWER, self.REFUSE} and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write your answer: the client receives it."))
        return data


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of your clients"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=_(
            "CSV, at most 5,000 lines and 2 MB. Nothing is written before you have seen the result line by line."
        ),
    )


class ColumnsForm(forms.Form):
    """Which field each column fills."""

    LABELS = {
        "": _("Leave out"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "full_name": _("First and last name together"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "tags": _("Labels"),
        "note": _("Practical note"),
    }

    def __init__(self, *args: Any, heading: list[str], columns: list[str], has_heading: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(heading):
            label = name[:60] if has_heading and name else _("Column %(n)s") % {"n": number + 1}
            chosen = columns[number] if number < len(columns) else ""
            self.fields[f"c{number}"] = forms.ChoiceField(
                label=label, choices=list(self.LABELS.items()), required=False, initial=chosen
            )
        self.fields["heading"] = forms.BooleanField(
            label=_("The first line holds the names of the columns"), required=False, initial=has_heading
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [value for name, value in data.items() if name.startswith("c") and value]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError(_("Two columns fill the same field: choose one of them."))
        if not {"first_name", "last_name", "full_name", "email"} & set(chosen):
            raise forms.ValidationError(_("Say which column holds the names or the e-mail addresses."))
        return data

    def columns(self) -> list[str]:
        found = [(int(name[1:]), value) for name, value in self.cleaned_data.items() if name[0] == "c"]
        return [value for _number, value in sorted(found)]


class ConfirmForm(forms.Form):
    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    informed = forms.BooleanField(
        label=_("These people are my clients, and I tell them that I keep these data and why"),
        error_messages={"required": _("Tick this box: the law asks you to inform the people of your list.")},
    )
