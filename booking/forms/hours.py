"""Forms of the opening hours: a range of a day, a closure, a day opened once."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.actions.opening import Range
from booking.forms.fields import DateInput, TimeInput
from booking.models import Closure, OpeningRule
from practitioners.models import PracticePlace, Practitioner
from practitioners.models.service import Mode

Parity = OpeningRule.Parity
# How `where` writes the ways to meet: a place's id, then these letters.
LETTERS = {Mode.VIDEO: "v", Mode.HOME: "d"}
_WHERE = re.compile(r"(?:p(\d{1,18}))?(v?)(d?)", re.ASCII)
FAR = dt.timedelta(days=3 * 366)


class Whereabouts:
    """Where a practitioner's ranges can be: asked of the database once for a whole page."""

    def __init__(self, practitioner: Practitioner) -> None:
        self.places = list(practitioner.places.select_related("commune"))
        offered = set(practitioner.services.filter(archived_at=None).values_list("mode", flat=True))
        used = {mode for rule in practitioner.opening_rules.all() for mode in rule.modes}
        away = [mode for mode in LETTERS if mode in offered | used] or [Mode.VIDEO]
        mixes = [[mode] for mode in away] + ([away] if len(away) > 1 else [])
        self.choices: list[tuple[str, Any]] = []
        for place in self.places:
            self.choices += [(f"p{place.pk}{_letters(mix)}", _in_words(place, mix)) for mix in [[], *mixes]]
        self.choices += [(_letters(mix), _in_words(None, mix)) for mix in mixes]


def _letters(modes: list[Mode]) -> str:
    return "".join(letter for mode, letter in LETTERS.items() if mode in modes)


def _in_words(place: PracticePlace | None, modes: list[Mode]) -> str:
    words = [str(place.name or place)] if place else []
    words += [
        str(mode.label) if not words and not number else str(mode.label).lower() for number, mode in enumerate(modes)
    ]
    return str(_(" and ")).join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def where_of(rule: OpeningRule) -> str:
    place = f"p{rule.place_id}" if rule.place_id and (Mode.PRACTICE in rule.modes) else ""
    return place + _letters([mode for mode in LETTERS if mode in rule.modes])


def range_at(
    where: str, weekday: int, start: dt.time, end: dt.time, parity: str = Parity.ALL, since: dt.date | None = None
) -> Range:
    found = _WHERE.fullmatch(where)
    assert found is not None  # a choice of the form
    modes = [Mode.PRACTICE.value] if found[1] else []
    modes += [mode.value for number, mode in enumerate(LETTERS, start=2) if found[number]]
    return Range(weekday, start, end, tuple(modes), int(found[1]) if found[1] else None, parity, since)


class RangeForm(forms.Form):
    """One range of one day; empty means none."""

    start = forms.TimeField(label=_("From"), required=False, widget=TimeInput())
    end = forms.TimeField(label=_("To"), required=False, widget=TimeInput())
    where = forms.ChoiceField(label=_("Where"), required=False)
    parity = forms.ChoiceField(label=_("Weeks"), required=False, choices=Parity.choices)
    since = forms.DateField(label=_("First week, one of its days"), required=False, widget=DateInput())

    def __init__(self, *args: Any, whereabouts: Whereabouts, weekday: int, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekday, self.today = weekday, today
        self.fields["where"].choices = whereabouts.choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end, since = data.get("start"), data.get("end"), data.get("since")
        if (start is None) != (end is None) and not self.errors:
            self.add_error("end" if end is None else "start", _("Write both times, or neither."))
        if start and end and start >= end:
            self.add_error("end", _("The end must come after the start."))
        if since and not self.today - FAR <= since <= self.today + FAR:
            self.add_error("since", _("Choose a date less than three years away."))
        elif start and data.get("parity") == Parity.ALTERNATE:
            if since is None and "since" not in self.errors:
                self.add_error("since", _("Every other week is counted from a date: choose a day of the first week."))
            elif since is not None:
                # Of a week, so that it reads the same whatever its day: its Monday.
                data["since"] = since - dt.timedelta(days=since.weekday())
        return data

    @property
    def is_spare(self) -> bool:
        """Empty, and not part of what was refused: offered folded."""
        return not self.initial and not (self.is_bound and (self.errors or self["start"].value()))

    def range(self) -> Range | None:
        data = self.cleaned_data
        if not data.get("start") or not data.get("end"):
            return None
        where = data.get("where") or self.fields["where"].choices[0][0]
        return range_at(
            where, self.weekday, data["start"], data["end"], data.get("parity") or Parity.ALL, data.get("since")
        )


class ClosureForm(forms.ModelForm):
    class Meta:
        model = Closure
        fields = ["first_day", "last_day", "start", "end", "place", "note"]
        widgets = {"first_day": DateInput(), "last_day": DateInput(), "start": TimeInput(), "end": TimeInput()}

    def __init__(self, *args: Any, practitioner: Practitioner, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        places = practitioner.places.select_related("commune")
        place = self.fields["place"]
        place.queryset = places
        place.empty_label, place.help_text = _("Everywhere"), ""
        place.label_from_instance = lambda row: row.name or str(row)
        self.fields["last_day"].required = False
        self.fields["last_day"].help_text = _("Empty: that day only.")
        self.fields["end"].help_text = _("Without times, the whole day.")
        if len(places) < 2:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, start, end = (data.get(name) for name in ("first_day", "start", "end"))
        if first and not data.get("last_day") and "last_day" not in self.errors:
            data["last_day"] = first
        last = data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day must not come before the first."))
        elif last and last < self.today:
            self.add_error("last_day", _("These days have passed."))
        elif last and last > self.today + FAR:
            self.add_error("last_day", _("Choose a date less than three years away."))
        if (start is None) != (end is None) and not {"start", "end"} & set(self.errors):
            self.add_error("end" if end is None else "start", _("Write both times, or neither to close all day."))
        if start and end and start >= end:
            self.add_error("end", _("The end must come after the start."))
        return data


class OpenOnceForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput())
    end = forms.TimeField(label=_("To"), widget=TimeInput())
    where = forms.ChoiceField(label=_("Where"))

    def __init__(self, *args: Any, whereabouts: Whereabouts, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["where"].choices = whereabouts.choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("start") and data.get("end") and data["start"] >= data["end"]:
            self.add_error("end", _("The end must come after the start."))
        if data.get("day") and not self.today <= data["day"] <= self.today + FAR:
            self.add_error("day", _("Choose a day to come, less than three years away."))
        return data
