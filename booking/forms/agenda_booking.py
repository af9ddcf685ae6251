"""Booking for a client from the agenda: who, what, when, whether to say so."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from booking.actions.office_booking import NewClient
from booking.forms.agenda import When
from booking.forms.fields import TimeInput
from booking.slots import Slot
from common.wording import clock_time
from practitioners.models import PracticePlace, Practitioner, Service

OTHER = "autre"


class BookingForm(When):
    """`slots` are the free times of the day; another time may be written instead."""

    service = forms.ModelChoiceField(label=_("Session"), queryset=Service.objects.none(), empty_label=None)
    slot = forms.ChoiceField(label=_("Time"), required=False, widget=forms.RadioSelect)
    place = forms.ModelChoiceField(
        label=_("Place"), required=False, queryset=PracticePlace.objects.none(), empty_label=_("As in your hours")
    )
    tell = forms.BooleanField(required=False)

    field_order = ("service", "day", "slot", "start", "place")

    def __init__(
        self,
        *args: Any,
        practitioner: Practitioner,
        services: list[Service],
        slots: list[Slot],
        zone: str,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        self.zone, self.today = ZoneInfo(zone), today
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = Service.objects.filter(pk__in=[service.pk for service in services])
        self.fields["service"].label_from_instance = _with_length
        self.by_value = {slot.start.isoformat(): slot for slot in slots}
        times = [(value, clock_time(slot.start, slot.zone)) for value, slot in self.by_value.items()]
        self.fields["slot"].choices = [*times, (OTHER, _("Another time"))]
        self.fields["start"].required = False
        self.fields["start"].label = _("Another time")
        self.fields["start"].widget = TimeInput({"step": 300})
        places = PracticePlace.objects.filter(practitioner=practitioner).select_related("commune")
        if len(places) > 1:
            self.fields["place"].queryset = places
        else:
            del self.fields["place"]

    def clean_slot(self) -> str:
        return str(self.cleaned_data.get("slot") or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        offered = self.by_value.get(data.get("slot", ""))
        if offered is not None:
            data["moment"] = offered.start
        elif data.get("start") is not None:
            data["moment"] = self.moment(data)
        elif "start" not in self.errors:
            self.add_error("slot" if self.by_value else "start", _("Choose a time, or write another one."))
        return data


class NewClientForm(forms.Form):
    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail (optional)"),
        required=False,
        max_length=254,
        help_text=_("To send the confirmation and the reminders."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = PhoneNumberField(
        label=_("Phone (optional)"),
        region="FR",
        required=False,
        help_text=_("For example 06 12 34 56 78."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def client(self) -> NewClient:
        data = self.cleaned_data
        return NewClient(data["first_name"], data["last_name"], data["email"], str(data["phone"] or ""))


def _with_length(service: Any) -> str:
    return f"{service.name} ({service.duration_minutes}\u00a0min)"
