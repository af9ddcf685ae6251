"""Forms of group sessions: when, where, how many, how often."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.fields import DateInput, TimeInput
from practitioners.models import PracticePlace, Practitioner, Service
from practitioners.models.service import Mode

MOST_SEATS, MOST_WEEKS = 500, 52
AHEAD = dt.timedelta(days=2 * 366)


class GroupForm(forms.Form):
    service = forms.ModelChoiceField(label=_("Session"), queryset=Service.objects.none(), empty_label=None)
    day = forms.DateField(label=_("Date"), widget=DateInput())
    hour = forms.TimeField(label=_("Time"), widget=TimeInput({"step": 300}))
    where = forms.ChoiceField(label=_("Where"))
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=MOST_SEATS,
        required=False,
        help_text=_("Empty: as many as the session says."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    weeks = forms.IntegerField(
        label=_("How many weeks in a row"),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=1,
        help_text=_("Same day, same time. Dates that are taken or closed are skipped, and said."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Private note"), max_length=200, required=False, help_text=_("Never shown to anybody but you.")
    )

    def __init__(self, *args: Any, practitioner: Practitioner, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        services = practitioner.services.filter(archived_at=None, seats__gt=1)
        self.fields["service"].queryset = services
        self.has_service = services.exists()
        self.places = {f"p{place.pk}": place for place in practitioner.places.select_related("commune__department")}
        choices = [(key, place.name or str(place)) for key, place in self.places.items()]
        self.fields["where"].choices = [*choices, ("v", Mode.VIDEO.label)]
        first = services.first()
        if first is not None and first.mode == Mode.VIDEO:
            self.fields["where"].initial = "v"

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + AHEAD:
            raise forms.ValidationError(_("Choose a day to come, less than two years away."))
        return day

    @property
    def place(self) -> PracticePlace | None:
        return self.places.get(self.cleaned_data["where"])

    @property
    def mode(self) -> str:
        return Mode.PRACTICE if self.place else Mode.VIDEO

    @property
    def seats_offered(self) -> int:
        return self.cleaned_data["seats"] or self.cleaned_data["service"].seats


class SeatsForm(forms.Form):
    seats = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=MOST_SEATS, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
