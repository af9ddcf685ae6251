"""Moving an appointment, and keeping time for oneself."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.actions.moving import LONGEST, SHORTEST
from booking.actions.office_booking import MOST_WEEKS, Stretch
from booking.forms.fields import DateInput, TimeInput
from booking.local_time import instant
from booking.models import Appointment, Closure
from practitioners.models import PracticePlace, Practitioner
from practitioners.models.service import Mode

FARTHEST = dt.timedelta(days=2 * 366)


class When(forms.Form):
    """A day and a time on the clock of a place, turned into an instant."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From (time)"), widget=TimeInput({"step": 300}))
    # The second of two hours, when the clocks are put back; only the grid of the agenda says so.
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)

    zone: ZoneInfo
    today: dt.date

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + FARTHEST:
            raise forms.ValidationError(_("Choose a day from today on, two years ahead at most."))
        return day

    def moment(self, data: dict[str, Any]) -> dt.datetime | None:
        """The instant; the hour that clocks skip is an error of the time."""
        day, start = data.get("day"), data.get("start")
        if day is None or start is None:
            return None
        local = dt.datetime.combine(day, start.replace(second=0, microsecond=0))
        found = instant(local, self.zone)
        if found is None:
            self.add_error("start", _("This hour does not exist that day: the clocks change."))
        elif data.get("again"):
            return local.replace(tzinfo=self.zone, fold=1).astimezone(dt.UTC)
        return found


class MoveForm(When):
    """Where an appointment goes: the day, the time, how long it lasts, the place."""

    minutes = forms.IntegerField(
        label=_("Length (minutes)"),
        min_value=SHORTEST,
        max_value=LONGEST,
        widget=forms.NumberInput(attrs={"step": 5, "inputmode": "numeric"}),
    )
    place = forms.ModelChoiceField(label=_("Place"), queryset=PracticePlace.objects.none(), empty_label=None)

    def __init__(self, *args: Any, appointment: Appointment, today: dt.date, **kwargs: Any) -> None:
        self.zone, self.today = ZoneInfo(appointment.timezone), today
        local = appointment.starts_at.astimezone(self.zone)
        lasts = appointment.ends_at - appointment.starts_at
        kwargs["initial"] = {
            "day": local.date(),
            "start": local.time(),
            "minutes": int(lasts.total_seconds() // 60),
            "place": appointment.place_id,
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        places = PracticePlace.objects.filter(practitioner=appointment.practitioner_id).select_related("commune")
        if appointment.mode == Mode.PRACTICE and len(places) > 1:
            self.fields["place"].queryset = places
        else:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["moment"] = self.moment(data)
        return data


class BlockForm(forms.Form):
    """Time of one's own: a part of a day, whole days, or the same every week."""

    first_day = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(
        label=_("From (time)"),
        required=False,
        widget=TimeInput({"step": 300}),
    )
    end = forms.TimeField(label=_("To (time)"), required=False, widget=TimeInput({"step": 300}))
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=DateInput(), help_text=_("If it lasts several days.")
    )
    note = forms.CharField(
        label=_("Private note"),
        required=False,
        max_length=120,
        help_text=_("Never shown to anybody but you."),
    )
    place = forms.ModelChoiceField(
        label=_("Place"), required=False, queryset=PracticePlace.objects.none(), empty_label=_("Everywhere")
    )
    until = forms.DateField(
        label=_("Every week until"),
        required=False,
        widget=DateInput(),
        help_text=_("A year at most. Each week can then be changed or removed on its own."),
    )

    def __init__(
        self, *args: Any, practitioner: Practitioner, today: dt.date, block: Closure | None = None, **kwargs: Any
    ) -> None:
        self.today, self.block = today, block
        if block is not None:
            kwargs["initial"] = {
                "first_day": block.first_day,
                "last_day": block.last_day if block.last_day != block.first_day else None,
                "start": block.start,
                "end": block.end,
                "note": block.note,
                "place": block.place_id,
            } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        places = PracticePlace.objects.filter(practitioner=practitioner).select_related("commune")
        if len(places) > 1:
            self.fields["place"].queryset = places
        else:
            del self.fields["place"]
        if block is not None:
            del self.fields["until"]

    def clean_first_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["first_day"]
        earliest = min(self.today, self.block.first_day) if self.block else self.today
        if not earliest <= day <= self.today + FARTHEST:
            raise forms.ValidationError(_("Choose a day from today on, two years ahead at most."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        start, end, until = data.get("start"), data.get("end"), data.get("until")
        if first and last and not first <= last <= first + FARTHEST:
            self.add_error("last_day", _("The last day must not come before the first."))
        if (start is None) != (end is None) and not {"start", "end"} & set(self.errors):
            self.add_error("end" if end is None else "start", _("Write both times, or neither to block the whole day."))
        if start and end and start >= end:
            self.add_error("end", _("The end must come after the start."))
        if first and until and not first <= until <= first + dt.timedelta(weeks=MOST_WEEKS):
            self.add_error("until", _("Choose a day after the first, a year later at most."))
        if until and last and first and last - first >= dt.timedelta(days=7):
            self.add_error("until", _("What lasts more than a week cannot come back every week."))
        return data

    def stretch(self) -> Stretch:
        data = self.cleaned_data
        place = data.get("place")
        return Stretch(
            first_day=data["first_day"],
            last_day=data.get("last_day") or data["first_day"],
            start=data.get("start"),
            end=data.get("end"),
            place_id=place.pk if place else None,
            note=data.get("note", ""),
        )
