"""How much a practitioner asks to be paid online after the booking."""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import EurosField
from common.money import format_euros


class PaymentLinkForm(forms.Form):
    montant = EurosField(label=_("Amount to pay, in euros"))
    message = forms.CharField(
        label=_("A word for the client (optional)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown on the payment page only. Nothing about health, please."),
        validators=[ProhibitNullCharactersValidator()],
    )

    def __init__(self, *args: Any, remains: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remains = remains
        field = self.fields["montant"]
        field.help_text = _("At most %(amount)s.") % {"amount": format_euros(remains)}
        field.initial = remains
        field.widget.attrs |= {"maxlength": "12", "autocomplete": "off"}

    def clean_montant(self) -> int:
        cents = int(self.cleaned_data["montant"])
        if not 0 < cents <= self.remains:
            raise forms.ValidationError(
                _("Write an amount between 0,01 € and %(amount)s."), params={"amount": format_euros(self.remains)}
            )
        return cents
