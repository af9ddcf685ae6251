"""What the tax office wants to know of a practitioner (DAC7)."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import DateInput
from booking.models import TaxDetails
from booking.platform_report.countries import COUNTRIES
from booking.platform_report.identity import Birth
from common.clock import today

OLDEST = 120


class TaxDetailsForm(forms.Form):
    nature = forms.ChoiceField(label=_("You receive"), choices=TaxDetails.Nature.choices, widget=forms.RadioSelect)
    entity_name = forms.CharField(
        label=_("Registered name of the company"),
        max_length=200,
        required=False,
        help_text=_("For a company only."),
    )
    birth_date = forms.DateField(label=_("Born on"), required=False, widget=DateInput({"autocomplete": "bday"}))
    birth_city = forms.CharField(
        label=_("Town of birth"),
        max_length=100,
        required=False,
        help_text=_("With the arrondissement where there is one."),
    )
    birth_country = forms.ChoiceField(label=_("Country of birth"), choices=list(COUNTRIES.items()), initial="FR")
    tax_number = forms.CharField(
        label=_("Tax number"),
        max_length=40,
        required=False,
        help_text=_("Thirteen digits, at the top of your income tax notice. Leave empty if you have none."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_birth_date(self) -> dt.date | None:
        value: dt.date | None = self.cleaned_data["birth_date"]
        if value and not today() - dt.timedelta(days=OLDEST * 366) < value < today() - dt.timedelta(days=16 * 365):
            raise forms.ValidationError(_("Check this date of birth."))
        return value

    def clean_tax_number(self) -> str:
        """Spaces are how people read it; its first digit is 0 to 3."""
        digits = re.sub(r"[\s.\u00a0\u202f]", "", self.cleaned_data["tax_number"])
        if digits and not re.fullmatch(r"[0-3]\d{12}", digits, re.ASCII):
            raise forms.ValidationError(_("A French tax number has thirteen digits and begins with 0, 1, 2 or 3."))
        return digits

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("nature") == TaxDetails.Nature.ENTITY:
            if "entity_name" not in self.errors and not data.get("entity_name"):
                self.add_error("entity_name", gettext("Write the registered name of the company."))
        elif data.get("nature"):
            if "birth_date" not in self.errors and not data.get("birth_date"):
                self.add_error("birth_date", gettext("Write your date of birth."))
            if "birth_city" not in self.errors and not data.get("birth_city"):
                self.add_error("birth_city", gettext("Write the town where you were born."))
        return data

    def birth(self) -> Birth:
        data = self.cleaned_data
        date = data["birth_date"]
        return Birth(date.isoformat() if date else "", data["birth_city"], data["birth_country"], data["tax_number"])
