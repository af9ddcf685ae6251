"""What is ticked to subscribe to an optional service, where accounts are sent, and what the operator announces."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from booking.forms.fields import EurosField
from booking.models import PaidServiceVersion
from common import clock
from common.money import format_euros


def price_words(version: PaidServiceVersion) -> str:
    """`9,00 € par mois`"""
    return _("%(price)s %(each)s") % {"price": format_euros(version.price_cents), "each": version.each}


class SubscribeForm(forms.Form):
    """The explicit agreement: what was shown is what is sent back, or it is shown anew."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    agree = forms.BooleanField(required=False)
    at_once = forms.BooleanField(required=False)

    def __init__(self, *args: Any, version: PaidServiceVersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": version.pk}, **kwargs)
        self.shown = version
        self.fields["agree"].label = _(
            "I subscribe for %(price)s, VAT included, until I cancel, and I accept the terms (no. %(number)d)."
        ) % {"price": price_words(version), "number": version.number}
        self.fields["at_once"].label = _(
            "I ask that the service begin today, before the 14 days to withdraw are over. If I withdraw, the days that passed stay due."
        )
        self.fields["at_once"].help_text = _("Optional. Otherwise it begins once these 14 days are over.")

    def clean_agree(self) -> bool:
        if not self.cleaned_data["agree"]:
            raise forms.ValidationError(_("Tick this box to subscribe: nothing is paid without your agreement."))
        return True

    def is_of_another_version(self) -> bool:
        return bool(self.cleaned_data.get("version") != self.shown.pk)

    def agreement(self) -> str:
        """What was ticked and pressed, word for word."""
        names = ["agree", *(["at_once"] if self.cleaned_data["at_once"] else [])]
        return "\n".join([*(f"[x] {self.fields[name].label}" for name in names), f"[{button_words(self.shown)}]"])


def button_words(version: PaidServiceVersion) -> str:
    """The duty to pay, in the words of the button alone."""
    return _("Subscribe and pay %(price)s") % {"price": price_words(version)}


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("E-mail address of your accountant"),
        max_length=254,
        help_text=gettext_lazy("Your clients’ names are in these files: check it. It may be your own address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class GestureForm(forms.Form):
    """What the operator gives back of one paid period."""

    amount = EurosField(label=gettext_lazy("Amount given back, in euros"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("A sentence that the subscriber reads, in the message and on the credit note."),
    )
    left = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(self, *args: Any, left: int, payment_id: int, **kwargs: Any) -> None:
        super().__init__(
            *args, prefix=None, auto_id=f"id_{payment_id}_%s", initial={"amount": left, "left": left}, **kwargs
        )
        self.now_left, self.payment_id = left, payment_id
        self.fields["amount"].help_text = _("At most %(amount)s.") % {"amount": format_euros(left)}

    def clean_reason(self) -> str:
        """A whole sentence, within those of the message."""
        text = str(self.cleaned_data["reason"])
        return text if text.endswith((".", "!", "?", "…")) else f"{text}."

    def clean_amount(self) -> int:
        cents = int(self.cleaned_data["amount"])
        if not 0 < cents <= self.now_left:
            raise forms.ValidationError(
                _("Write an amount between 0,01 € and %(amount)s."), params={"amount": format_euros(self.now_left)}
            )
        return cents


class VersionForm(WagtailAdminModelForm):
    """Announced before it applies; running subscriptions keep the one they were agreed under."""

    def clean_valid_from(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["valid_from"]
        service = self.cleaned_data.get("service")
        if service is not None and service.versions.exists() and moment <= clock.now():
            raise forms.ValidationError(_("In the future: a price is announced before it applies."))
        return moment
