"""Forms of the practitioner's office: hours, exceptions, settings, services."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking import fees
from booking.actions.opening import Range
from booking.models import BookingSettings, Closure, OpeningRule
from common.money import format_euros
from practitioners.models import Practitioner, Service
from practitioners.models.service import Mode

NOTICES = [(0, _("No notice")), (60, _("1 hour")), (120, _("2 hours")), (240, _("4 hours")), (720, _("12 hours")),
           (1440, _("24 hours")), (2880, _("48 hours")), (4320, _("3 days")), (10080, _("7 days"))]  # fmt: skip
STEPS = [(15, _("15 minutes")), (20, _("20 minutes")), (30, _("30 minutes")), (45, _("45 minutes")), (60, _("1 hour"))]
POLICIES = {
    "free24": [{"hours_before": 24, "percent": 100}],
    "free48": [{"hours_before": 48, "percent": 100}],
    "half": [{"hours_before": 48, "percent": 100}, {"hours_before": 24, "percent": 50}],
    "always": [{"hours_before": 0, "percent": 100}],
    "never": [],
}
POLICY_WORDS = [
    ("free24", _("Free until 24 hours before, then nothing is given back")),
    ("free48", _("Free until 48 hours before, then nothing is given back")),
    ("half", _("Free until 48 hours before, half until 24 hours before, then nothing")),
    ("always", _("Free until the session starts")),
    ("never", _("Nothing is given back")),
]


class EurosField(forms.Field):
    """Amounts as people write them (60, 60,5, 60.50, 60 €), kept as integer cents."""

    default_error_messages = {"invalid": _("Write an amount in euros, for example 60 or 47,50.")}
    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100},{value % 100:02d}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"[\s€  ]", "", str(value or "")).replace(",", ".")
        if not text:
            return None
        if not re.fullmatch(r"\d{1,5}(\.\d{1,2})?", text, re.ASCII):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(Decimal(text) * 100)


class TimeInput(forms.TimeInput):
    input_type = "time"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def where_choices(practitioner: Practitioner) -> list[tuple[str, Any]]:
    """Where a range is for: each place, each way to meet away from it, or a place with video."""
    places = list(practitioner.places.select_related("commune"))
    choices: list[tuple[str, Any]] = [(f"p{place.pk}", place.name or str(place)) for place in places]
    choices += [(f"p{place.pk}v", _("%(place)s, and video") % {"place": place.name or place}) for place in places]
    return [*choices, ("v", Mode.VIDEO.label), ("d", Mode.HOME.label)]


def where_of(rule: OpeningRule) -> str:
    if rule.place_id:
        return f"p{rule.place_id}" + ("v" if Mode.VIDEO in rule.modes else "")
    return "d" if Mode.HOME in rule.modes else "v"


class RangeForm(forms.Form):
    """One range of one day; empty means none."""

    start = forms.TimeField(label=_("From"), required=False, widget=TimeInput(attrs={"step": 900}, format="%H:%M"))
    end = forms.TimeField(label=_("To"), required=False, widget=TimeInput(attrs={"step": 900}, format="%H:%M"))
    where = forms.ChoiceField(label=_("Where"), required=False)
    parity = forms.ChoiceField(label=_("Weeks"), required=False, choices=OpeningRule.Parity.choices)

    def __init__(self, *args: Any, practitioner: Practitioner, weekday: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekday = weekday
        self.fields["where"].choices = where_choices(practitioner)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if (start is None) != (end is None) and not self.errors:
            self.add_error("end" if end is None else "start", _("Write both times, or neither."))
        if start and end and start >= end:
            self.add_error("end", _("The end must come after the start."))
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
        return range_at(where, self.weekday, data["start"], data["end"], data.get("parity") or OpeningRule.Parity.ALL)


def range_at(where: str, weekday: int, start: dt.time, end: dt.time, parity: str = OpeningRule.Parity.ALL) -> Range:
    place = re.fullmatch(r"p(\d+)(v?)", where)
    if place:
        modes = (Mode.PRACTICE.value, Mode.VIDEO.value) if place[2] else (Mode.PRACTICE.value,)
        return Range(weekday, start, end, modes, int(place[1]), parity)
    return Range(weekday, start, end, (Mode.HOME.value if where == "d" else Mode.VIDEO.value,), None, parity)


class ClosureForm(forms.ModelForm):
    class Meta:
        model = Closure
        fields = ["first_day", "last_day", "start", "end", "note"]
        widgets = {
            "first_day": DateInput(),
            "last_day": DateInput(),
            "start": TimeInput(format="%H:%M"),
            "end": TimeInput(format="%H:%M"),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last, start, end = (data.get(name) for name in ("first_day", "last_day", "start", "end"))
        if first and last and last < first:
            self.add_error("last_day", _("The last day must not come before the first."))
        if (start is None) != (end is None):
            self.add_error("end" if end is None else "start", _("Write both times, or neither to close all day."))
        if start and end and start >= end:
            self.add_error("end", _("The end must come after the start."))
        return data


class OpenOnceForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DateInput())
    start = forms.TimeField(label=_("From"), widget=TimeInput(format="%H:%M"))
    end = forms.TimeField(label=_("To"), widget=TimeInput(format="%H:%M"))
    where = forms.ChoiceField(label=_("Where"))

    def __init__(self, *args: Any, practitioner: Practitioner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].choices = where_choices(practitioner)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("start") and data.get("end") and data["start"] >= data["end"]:
            self.add_error("end", _("The end must come after the start."))
        return data


class SettingsForm(forms.ModelForm):
    minimum_notice_minutes = forms.TypedChoiceField(label=_("Minimum notice"), coerce=int, choices=NOTICES)
    slot_step_minutes = forms.TypedChoiceField(label=_("A time every"), coerce=int, choices=STEPS)
    policy = forms.ChoiceField(
        label=_("When a client cancels"),
        choices=POLICY_WORDS,
        widget=forms.RadioSelect,
        help_text=_(
            "Your decision, shown before booking and frozen on each appointment; the refund then happens by itself."
        ),
    )

    class Meta:
        model = BookingSettings
        fields = ["minimum_notice_minutes", "horizon_days", "slot_step_minutes", "daily_maximum"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.cancellation_tiers
        self.initial["policy"] = next((key for key, tiers in POLICIES.items() if tiers == current), "")
        for name, label in (("minimum_notice_minutes", _("%(n)s minutes")), ("slot_step_minutes", _("%(n)s minutes"))):
            value, known = getattr(self.instance, name), dict(self.fields[name].choices)
            if value not in known:
                self.fields[name].choices = [(value, label % {"n": value}), *self.fields[name].choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("policy") in POLICIES:
            self.instance.cancellation_tiers = POLICIES[data["policy"]]
        return data


class ServiceForm(forms.ModelForm):
    price_cents = EurosField(label=_("Price, VAT included"))
    deposit_cents = EurosField(label=_("Amount of the deposit"), required=False)

    class Meta:
        model = Service
        fields = [
            "practice", "name", "description", "mode", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes",
            "price_cents", "payment", "deposit_cents", "advance", "confirmation", "accepts_minors", "first_session", "bookable",
        ]  # fmt: skip
        widgets = {
            "payment": forms.RadioSelect,
            "advance": forms.RadioSelect,
            "confirmation": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "buffer_after_minutes": _("Kept free after each session; clients do not see it."),
            "confirmation": _("On request, nothing is charged before you accept."),
            "advance": _(
                "Arrhes: the client who withdraws loses them, and if you cancel you owe twice the amount. "
                "Acompte: both are bound to the whole contract. Your page and the booking say which one it is."
            ),
        }

    def __init__(self, *args: Any, practitioner: Practitioner, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        checked = practitioner.practice_links.values_list("practice", flat=True)
        practice = self.fields["practice"]
        practice.queryset = practice.queryset.filter(pk__in=checked)
        practice.empty_label = None
        practice.label = _("Practice")
        self.fields["duration_minutes"].widget.attrs |= {"min": 10, "max": 480}
        self.fields["bookable"].label = _("Can be booked online")

    def clean_duration_minutes(self) -> int:
        minutes = int(self.cleaned_data["duration_minutes"])
        if not 10 <= minutes <= 480:
            raise forms.ValidationError(_("Between 10 minutes and 8 hours."))
        return minutes

    def _buffer(self, name: str) -> int:
        minutes = int(self.cleaned_data[name])
        if minutes > 240:
            raise forms.ValidationError(_("Four hours at most."))
        return minutes

    def clean_buffer_before_minutes(self) -> int:
        return self._buffer("buffer_before_minutes")

    def clean_buffer_after_minutes(self) -> int:
        return self._buffer("buffer_after_minutes")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        price, payment = data.get("price_cents"), data.get("payment")
        deposit = data.get("deposit_cents") or 0
        data["deposit_cents"] = deposit if payment == Service.Payment.DEPOSIT else 0
        if price is None or payment in {None, Service.Payment.NONE}:
            return data
        fee = fees.service_fee(price, fees.rate_at(self.now))
        words = {"fee": format_euros(fee)}
        if payment == Service.Payment.DEPOSIT:
            if deposit <= fee:
                self.add_error(
                    "deposit_cents",
                    _("The deposit must exceed the service fee, which is %(fee)s for this price.") % words,
                )
            elif deposit > price:
                self.add_error("deposit_cents", _("The deposit cannot exceed the price."))
        elif price <= fee:
            self.add_error(
                "price_cents",
                _("A price paid online must exceed the service fee, which is %(fee)s for this price.") % words,
            )
        return data
