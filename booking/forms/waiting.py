"""Waiting for a time: who one is, and which times one wants."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.actions.waiting import Person, Wishes
from booking.forms.contact import ContactFields
from booking.forms.fields import DateInput
from booking.models import WaitingEntry
from booking.waiting_rules import LONGEST_WAIT

DAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


class WaitingForm(ContactFields):
    email_is_for = _("The times that become free are offered to you there.")
    phone_is_for = _("For the practitioner only. For example 06 12 34 56 78.")

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days? (any, if none is ticked)"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    parts = forms.MultipleChoiceField(
        label=_("When in the day? (any time, if none is ticked)"),
        choices=WaitingEntry.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_day = forms.DateField(label=_("From"), widget=DateInput())
    until = forms.DateField(
        label=_("Until"), widget=DateInput(), help_text=_("You leave the list by yourself after that day.")
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("first_day", today)
        self.initial.setdefault("until", today + dt.timedelta(days=60))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, until = data.get("first_day"), data.get("until")
        if first and not self.today - dt.timedelta(days=1) <= first <= self.today + LONGEST_WAIT:
            self.add_error("first_day", _("Choose a day within the next six months."))
        elif first and until and until < first:
            self.add_error("until", _("The last day must not come before the first."))
        elif until and until > self.today + LONGEST_WAIT:
            self.add_error("until", _("Choose a day within the next six months."))
        return data

    def person(self) -> Person:
        data = self.cleaned_data
        return Person(data["first_name"], data["last_name"], data["email"], data["phone"])

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        return Wishes(data["first_day"], data["until"], data["weekdays"], data["parts"])
