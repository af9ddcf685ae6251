"""How often, how many times: what a series is made of."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import DateInput, TimeInput
from booking.series_plan import FEWEST, MOST
from practitioners.models import Practitioner, Service

AHEAD = dt.timedelta(days=366)


class RhythmForm(forms.Form):
    semaines = forms.TypedChoiceField(
        label=_("How often?"), choices=[(1, _("Every week")), (2, _("Every other week"))], coerce=int, initial=1
    )
    fois = forms.TypedChoiceField(
        label=_("How many sessions in all?"),
        choices=[(number, str(number)) for number in range(FEWEST, MOST + 1)],
        coerce=int,
        initial=4,
    )


class WhoseForm(forms.Form):
    q = forms.CharField(
        label=_("For which client?"),
        help_text=_("Two letters of the name, the address or the telephone."),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 80}),
    )


class OfficeSeriesForm(RhythmForm):
    """For a client of the list: what, from when, how often."""

    prestation = forms.ModelChoiceField(label=_("Session"), queryset=Service.objects.none(), empty_label=None)
    jour = forms.DateField(label=_("First date"), widget=DateInput())
    heure = forms.TimeField(label=_("Time"), widget=TimeInput({"step": 300}))
    field_order = ("prestation", "jour", "heure", "semaines", "fois")

    def __init__(self, *args: Any, practitioner: Practitioner, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        services = practitioner.services.filter(archived_at=None, seats=1)
        self.fields["prestation"].queryset = services
        self.has_service = services.exists()

    def clean_jour(self) -> dt.date:
        day: dt.date = self.cleaned_data["jour"]
        if not self.today <= day <= self.today + AHEAD:
            raise forms.ValidationError(_("Choose a day to come, less than a year away."))
        return day


def moments(values: list[str]) -> list[dt.datetime]:
    """The instants that a page sent back; what is none is left out."""
    found = []
    for text in values[: 2 * MOST]:
        try:
            moment = dt.datetime.fromisoformat(text[:40])
        except ValueError:
            continue
        if moment.tzinfo and 2000 < moment.year < 2200:
            found.append(moment.astimezone(dt.UTC))
    return found
