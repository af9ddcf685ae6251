"""Who withdraws, from which contract, and where the receipt goes: all that the law lets be asked (D221-5)."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models.withdrawal import LONGEST_CONTRACT

_REFERENCE = re.compile(r"\b[A-Z0-9]{6,12}\b")


class WithdrawalForm(forms.Form):
    name = forms.CharField(
        label=_("Your first and last name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The dated receipt goes there. With the address of the booking, we find the contract at once."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    contract = forms.CharField(
        label=_("The contract you withdraw from"),
        max_length=LONGEST_CONTRACT,
        help_text=_(
            "The reference of the appointment or of the subscription is enough: it is in the confirmation mail. Without it, "
            "write which session or service, with whom and when."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class ConfirmedForm(WithdrawalForm):
    """The page that is confirmed sends back what it showed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)


def shown_again(said: dict[str, Any], *, amount: int, key: uuid.UUID | None = None) -> dict[str, Any]:
    """The hidden fields of the page to confirm."""
    return {
        **{name: said[name] for name in ("name", "email", "contract")},
        "amount": amount,
        "key": key or uuid.uuid4(),
    }


def references_in(contract: str) -> list[str]:
    """What in free words may be a reference, whatever stands around it."""
    return _REFERENCE.findall(contract.upper())[:20]


class FoundForm(forms.Form):
    """Staff: the reference of the contract that was meant."""

    reference = forms.CharField(label=_("Reference of the appointment or subscription"), max_length=12)

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).upper()


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was looked for, and what would help to find the contract."),
    )
