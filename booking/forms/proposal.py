"""What a practitioner proposes instead of the time that was asked for."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.local_time import instant
from booking.models import Proposal
from booking.slots import Slot
from common import wording

LAST_YEAR = 9990


def moment_of(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text[:40])
        return moment.astimezone(dt.UTC) if moment.tzinfo and moment.year < LAST_YEAR else None
    except (ValueError, OverflowError):
        return None


class ProposalForm(forms.Form):
    """Free times to tick, and one of one's own, on the clock of the place."""

    times = forms.MultipleChoiceField(
        label=_("Free times near the one asked for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    day = forms.DateField(
        label=_("Another day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label=_("at"), required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
    )
    message = forms.CharField(
        label=_("A word to the client"),
        max_length=500,
        required=False,
        help_text=_("Shown on the page of the times only, never in a mail. Nothing about health."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, zone: str, suggested: list[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        asked = [moment_of(text) for text in self.data.getlist("times")[:10]] if self.is_bound else []
        moments = sorted({slot.start for slot in suggested} | {moment for moment in asked if moment})
        field = self.fields["times"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (moment.isoformat(), wording.long_datetime(moment, self.zone, year=False)) for moment in moments
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts = [moment for text in data.get("times", []) if (moment := moment_of(text))]
        day, hour = data.get("day"), data.get("hour")
        if bool(day) != bool(hour) and not self.errors:
            self.add_error("hour" if day else "day", _("Write both the day and the hour."))
        if day and hour:
            own = instant(dt.datetime.combine(day, hour), self.zone)
            if own is None:
                self.add_error("hour", _("This hour does not exist that day: the clocks change."))
            else:
                starts.append(own)
        if len(set(starts)) > Proposal.MOST:
            self.add_error("times", _("Three times at most."))
        if not starts and not self.errors:
            self.add_error("times", _("Choose at least one time."))
        data["starts"] = starts
        return data
