"""Where a session at home takes place: a street, and a commune within the practitioner's reach."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.actions.details import Home
from booking.policies.home_visits import Reach
from places.models import Commune
from places.postal_codes import communes_of


class HomeForm(forms.Form):
    """The commune follows from the postal code; where several share it, one is chosen among them."""

    home_street = forms.CharField(
        label=_("Number and street"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
        error_messages={"required": _("Write the number and street where the session takes place.")},
    )
    home_complement = forms.CharField(
        label=_("Building, floor, door code (optional)"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    home_postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=12,
        help_text=_("For example 69003."),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
        error_messages={"required": _("Write a postal code of 5 digits, for example 69003.")},
    )
    home_commune = forms.ChoiceField(label=_("Town"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.outside = False
        typed = str((self.data if self.is_bound else self.initial).get("home_postal_code") or "")
        self.communes = communes_of(typed.replace(" ", ""))
        self.fields["home_commune"].choices = [  # type: ignore[attr-defined]
            (commune.insee, commune.short_name) for commune in self.communes
        ]

    @property
    def several(self) -> bool:
        return len(self.communes) > 1

    def clean_home_postal_code(self) -> str:
        code = str(self.cleaned_data["home_postal_code"]).replace(" ", "")
        if not re.fullmatch(r"[0-9]{5}", code):
            raise ValidationError(_("Write a postal code of 5 digits, for example 69003."))
        if not self.communes:
            raise ValidationError(_("We do not know this postal code. Check its digits, for example 69003."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "home_postal_code" in self.errors or "home_commune" in self.errors:
            return data
        commune = self._commune(data.get("home_commune", ""))
        if commune is None:
            self.add_error("home_commune", _("Several towns share this postal code: choose yours."))
            return data
        data["commune"] = commune
        if not self.reach.covers(commune):
            self.outside = True
            words = {"km": self.reach.radius_km, "base": self.reach.town, "town": commune.short_name}
            words["away"] = round(self.reach.km_to(commune) or 0)
            text = gettext("%(town)s is %(away)s km from %(base)s: home visits go %(km)s km at most.")
            self.add_error("home_postal_code", text % words)
        return data

    def _commune(self, chosen: str) -> Commune | None:
        if len(self.communes) == 1:
            return self.communes[0]
        return next((commune for commune in self.communes if commune.insee == chosen), None)

    def home(self) -> Home:
        data = self.cleaned_data
        return Home(
            street=data["home_street"],
            complement=data["home_complement"],
            postal_code=data["home_postal_code"],
            commune=data["commune"],
        )
