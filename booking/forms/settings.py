"""How bookings are taken: notice, horizon, step, most a day, roads, moving and cancelling."""

from itertools import combinations
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from booking.models import BookingSettings
from booking.models.opening import validate_tiers
from practitioners.models import Practitioner
from practitioners.models.service import Mode

NOTICES = [(0, _("No notice")), (60, _("1 hour")), (120, _("2 hours")), (240, _("4 hours")), (720, _("12 hours")),
           (1440, _("24 hours")), (2880, _("48 hours")), (4320, _("3 days")), (10080, _("7 days"))]  # fmt: skip
STEPS = [(15, _("15 minutes")), (20, _("20 minutes")), (30, _("30 minutes")), (45, _("45 minutes")), (60, _("1 hour"))]
MOVES = [(0, _("Until the session starts")), (2, _("2 hours before")), (12, _("12 hours before")),
         (24, _("24 hours before")), (48, _("48 hours before")), (72, _("3 days before")), (168, _("7 days before"))]  # fmt: skip
OWN = "own"
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
    (OWN, _("A scale of my own")),
]
LINES = 3


class SettingsForm(forms.ModelForm):
    minimum_notice_minutes = forms.TypedChoiceField(label=_("Minimum notice"), coerce=int, choices=NOTICES)
    slot_step_minutes = forms.TypedChoiceField(label=_("A time every"), coerce=int, choices=STEPS)
    move_hours = forms.TypedChoiceField(label=_("A client may move an appointment"), coerce=int, choices=MOVES)
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
        fields = [
            "minimum_notice_minutes", "horizon_days", "slot_step_minutes", "daily_maximum", "home_travel_minutes", "move_hours",
            "most_moves",
        ]  # fmt: skip

    def __init__(self, *args: Any, practitioner: Practitioner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._know_unusual_values()
        self.fields["daily_maximum"].help_text = _("Empty: no limit.")
        self.fields["daily_maximum"].validators += [MinValueValidator(1), MaxValueValidator(50)]
        self.fields["most_moves"].label = _("How many times")
        if practitioner.home_radius_km is None and not practitioner.services.filter(mode=Mode.HOME).exists():
            del self.fields["home_travel_minutes"]
        self._roads(practitioner)
        self._own_scale()

    def _know_unusual_values(self) -> None:
        words = {"minimum_notice_minutes": _("%(n)s minutes"), "slot_step_minutes": _("%(n)s minutes"),
                 "move_hours": _("%(n)s hours before")}  # fmt: skip
        for name, label in words.items():
            value, known = getattr(self.instance, name), dict(self.fields[name].choices)
            if value not in known:
                self.fields[name].choices = [(value, label % {"n": value}), *self.fields[name].choices]

    def _roads(self, practitioner: Practitioner) -> None:
        """Minutes between each two places, asked only of who has several."""
        places = sorted(practitioner.places.select_related("commune"), key=lambda place: place.pk)
        known = {(row.first_place_id, row.second_place_id): row.minutes for row in practitioner.travel_times.all()}
        longest = MaxValueValidator(480)
        self.roads: dict[str, tuple[int, int]] = {}
        for first, second in combinations(places, 2):
            name = f"road_{first.pk}_{second.pk}"
            self.roads[name] = first.pk, second.pk
            words = {"first": first.name or first, "second": second.name or second}
            self.fields[name] = forms.IntegerField(
                label=_("%(first)s – %(second)s (minutes)") % words,
                required=False,
                min_value=0,
                validators=[longest],
                initial=known.get((first.pk, second.pk)),
            )

    def _own_scale(self) -> None:
        current = self.instance.cancellation_tiers
        policy = next((key for key, tiers in POLICIES.items() if tiers == current), OWN)
        self.initial["policy"] = policy
        for number in range(LINES):
            tier = current[number] if policy == OWN and number < len(current) else {}
            self.fields[f"tier{number}_hours"] = forms.IntegerField(
                label=_("Hours before"),
                required=False,
                min_value=0,
                max_value=24 * 365,
                initial=tier.get("hours_before"),
            )
            self.fields[f"tier{number}_percent"] = forms.IntegerField(
                label=_("% given back"), required=False, min_value=0, max_value=100, initial=tier.get("percent")
            )

    def scale_lines(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"tier{number}_hours"], self[f"tier{number}_percent"]) for number in range(LINES)]

    def road_fields(self) -> list[BoundField]:
        return [self[name] for name in self.roads]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        policy = data.get("policy")
        if policy in POLICIES:
            self.instance.cancellation_tiers = POLICIES[policy]
        elif policy == OWN:
            self._clean_own(data)
        return data

    def _clean_own(self, data: dict[str, Any]) -> None:
        tiers: list[dict[str, int]] = []
        for number in range(LINES):
            hours, percent = data.get(f"tier{number}_hours"), data.get(f"tier{number}_percent")
            if (hours is None) != (percent is None):
                name = f"tier{number}_percent" if percent is None else f"tier{number}_hours"
                if name not in self.errors:
                    self.add_error(name, _("Write both, or neither."))
            elif hours is not None and percent is not None:
                tiers.append({"hours_before": hours, "percent": percent})
        if not tiers and not self.errors:
            self.add_error("tier0_hours", _("Write at least one line of your scale."))
        try:
            validate_tiers(tiers)
        except ValidationError as error:
            self.add_error("tier0_hours", error)
        else:
            self.instance.cancellation_tiers = tiers

    def travel(self) -> dict[tuple[int, int], int]:
        return {pair: self.cleaned_data.get(name) or 0 for name, pair in self.roads.items()}
