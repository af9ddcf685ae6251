"""How much a practitioner gives back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import EurosField
from common.money import format_euros


class RefundForm(forms.Form):
    montant = EurosField(label=_("Amount refunded, in euros"))

    def __init__(self, *args: Any, refundable: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refundable = refundable
        field = self.fields["montant"]
        field.help_text = _("At most %(amount)s.") % {"amount": format_euros(refundable)}
        field.initial = refundable
        field.widget.attrs |= {"maxlength": "12", "autocomplete": "off"}

    def clean_montant(self) -> int:
        cents = int(self.cleaned_data["montant"])
        if not 0 < cents <= self.refundable:
            raise forms.ValidationError(
                _("Write an amount between 0,01 € and %(amount)s."), params={"amount": format_euros(self.refundable)}
            )
        return cents
