"""What is typed about invoices: VAT and mandate, a period to export, a credit note, to whom a client is billed."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.fr import siren as siren_number

from booking.models import BillingDetails, InvoicingSettings, Vat
from practitioners.validators import siren_of_vat, validate_vat_number

LONGEST = 366 * 2


class InvoicingForm(forms.Form):
    vat = forms.ChoiceField(label=_("VAT on your sessions"), choices=Vat.choices, widget=forms.RadioSelect)
    automatic = forms.BooleanField(
        label=_("Issue the invoice by itself after each session"),
        required=False,
        help_text=_("Otherwise you issue it from the appointment, or your client asks for it in the account."),
    )
    mandate = forms.BooleanField(required=False)

    def __init__(self, *args: Any, mandate_box: str, vat_number: str, **kwargs: Any) -> None:
        """`mandate_box` is the text beside the box; empty when the mandate is accepted already."""
        super().__init__(*args, **kwargs)
        self.vat_number = vat_number
        if mandate_box:
            self.fields["mandate"].label = mandate_box
        else:
            del self.fields["mandate"]

    def clean_mandate(self) -> bool:
        if not self.cleaned_data["mandate"]:
            raise forms.ValidationError(_("Without your mandate no invoice can be made in your name: tick the box."))
        return True

    def clean_vat(self) -> str:
        value = str(self.cleaned_data["vat"])
        if value == Vat.STANDARD and not self.vat_number:
            raise forms.ValidationError(
                _("Charging VAT needs your VAT number: write to us so that we add it to your details once checked.")
            )
        return value

    @classmethod
    def initial_of(cls, row: InvoicingSettings | None) -> dict[str, object]:
        return {"vat": row.vat, "automatic": row.automatic} if row else {"vat": Vat.FRANCHISE}


class PeriodForm(forms.Form):
    first = forms.DateField(label=_("Period from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(
        label=_("Format"),
        choices=[("csv", _("Spreadsheet (CSV)")), ("fec", _("Accounting entries (format of the FEC)"))],
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        elif first and last and last - first > dt.timedelta(days=LONGEST):
            self.add_error("last", _("Two years at most in one file."))
        return data


class CreditForm(forms.Form):
    amount = forms.DecimalField(
        label=_("Amount credited (€)"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2, localize=True
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Written on the credit note: your client reads it.")
    )

    @property
    def cents(self) -> int:
        return int(self.cleaned_data["amount"] * 100)


class BillingForm(forms.ModelForm):
    """To whom invoices are made out from now on. Official numbers may be typed with the spaces people put in them."""

    siren = forms.CharField(
        label="SIREN", max_length=20, required=False, help_text=_("For a business only: nine digits.")
    )
    vat_number = forms.CharField(label=_("VAT number"), max_length=24, required=False)

    class Meta:
        model = BillingDetails
        fields = ["name", "street", "postal_code", "town", "siren", "vat_number"]
        help_texts = {"name": _("Empty: your own name.")}

    def clean_siren(self) -> str:
        value = "".join(str(self.cleaned_data["siren"]).split())
        if not value:
            return ""
        try:
            return str(siren_number.validate(value))
        except WrongNumber as error:
            raise forms.ValidationError(
                _("This SIREN is not valid: it has nine digits, for example 732 829 320.")
            ) from error

    def clean_vat_number(self) -> str:
        value = "".join(str(self.cleaned_data["vat_number"]).upper().split())
        if value:
            validate_vat_number(value)
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        siren, vat_number = data.get("siren"), data.get("vat_number")
        if vat_number and siren and siren_of_vat(vat_number) != siren:
            self.add_error("vat_number", _("This VAT number belongs to another SIREN."))
        if siren and not all((data.get("name"), data.get("street"), data.get("postal_code"), data.get("town"))):
            self.add_error(None, _("For a business, an invoice needs its name and whole address."))
        return data
