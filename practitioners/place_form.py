"""A new place where one receives: its postal code says the town, and asks for it where several share the code."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from places.postal_codes import communes_of
from practitioners.models import PracticePlace


class NewPlaceForm(forms.ModelForm):
    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=12,
        help_text=_("For example 69003."),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    commune = forms.ChoiceField(label=_("Town"), required=False, widget=forms.RadioSelect)
    field_order = ("street", "complement", "postal_code", "commune", "access", "door_code", "step_free")

    class Meta:
        model = PracticePlace
        fields = ["street", "complement", "postal_code", "access", "door_code", "step_free"]
        widgets = {
            "street": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "access": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = str(self.data.get("postal_code", "") if self.is_bound else "").replace(" ", "")
        self.communes = communes_of(typed)
        if len(self.communes) > 1:
            self.fields["commune"].choices = [(each.insee, each.short_name) for each in self.communes]  # type: ignore[attr-defined]
        else:
            del self.fields["commune"]

    def clean_postal_code(self) -> str:
        code = str(self.cleaned_data["postal_code"]).replace(" ", "")
        if not re.fullmatch(r"[0-9]{5}", code):
            raise ValidationError(_("Write a postal code of 5 digits, for example 69003."))
        if not self.communes:
            raise ValidationError(_("We do not know this postal code. Check its digits, for example 69003."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if len(self.communes) == 1:
            data["commune"] = self.communes[0]
        elif self.communes and "commune" not in self.errors:
            chosen = next((each for each in self.communes if each.insee == data.get("commune")), None)
            if chosen is None:
                self.add_error("commune", _("Several towns share this postal code: choose yours."))
            data["commune"] = chosen
        return data
