import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput

from common.clock import PARIS
from legal.breaches import concerned
from legal.models import Breach, BreachMessage
from legal.register_forms import LinesField


def _area(rows: int = 3) -> forms.Widget:
    return AdminAutoHeightTextInput(attrs={"rows": rows})


class OpenForm(forms.Form):
    title = forms.CharField(label=_("In a few words"), max_length=160)
    known_at = forms.DateTimeField(
        label=_("Known since"), widget=AdminDateTimeInput(), help_text=_("The 72 hours run from there.")
    )
    facts = forms.CharField(label=_("What happened"), max_length=8000, widget=_area(5))


class FactsForm(forms.Form):
    title = forms.CharField(label=_("In a few words"), max_length=160)
    began_at = forms.DateTimeField(label=_("It began"), required=False, widget=AdminDateTimeInput())
    ended_at = forms.DateTimeField(label=_("It ended"), required=False, widget=AdminDateTimeInput())
    natures = forms.MultipleChoiceField(
        label=_("Nature"), choices=Breach.Nature.choices, widget=forms.CheckboxSelectMultiple
    )
    facts = forms.CharField(label=_("What happened"), max_length=8000, widget=_area(5))
    categories = LinesField(label=_("Categories of data"), required=False, help_text=_("One a line."))
    people_estimate = forms.IntegerField(
        label=_("People concerned, about"), required=False, min_value=0, max_value=100_000_000
    )
    consequences = forms.CharField(label=_("Likely consequences"), required=False, max_length=4000, widget=_area())
    measures = forms.CharField(label=_("Measures taken"), required=False, max_length=4000, widget=_area())
    risk = forms.ChoiceField(label=_("Risk"), choices=Breach.Risk.choices, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("began_at") and data.get("ended_at") and data["ended_at"] < data["began_at"]:
            self.add_error("ended_at", _("It cannot end before it begins."))
        return data


class SearchForm(forms.Form):
    activities = forms.MultipleChoiceField(label=_("Activities"), widget=forms.CheckboxSelectMultiple)
    begins = forms.DateField(
        label=_("Data from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("That day included. Without dates, data of any age."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activities = self.fields["activities"]
        assert isinstance(activities, forms.MultipleChoiceField)
        activities.choices = concerned.choices()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("begins", "ends"):
            if data.get(name) and not 2000 <= data[name].year <= 2200:
                self.add_error(name, _("Choose a year between 2000 and 2200."))
        if data.get("begins") and data.get("ends") and data["ends"] < data["begins"]:
            self.add_error("ends", _("This day is before the first one."))
        return data

    @property
    def query(self) -> concerned.Query:
        data = self.cleaned_data
        begins, ends = data.get("begins"), data.get("ends")
        return concerned.Query(
            tuple(data["activities"]),
            dt.datetime.combine(begins, dt.time(), PARIS) if begins else None,
            dt.datetime.combine(ends + dt.timedelta(days=1), dt.time(), PARIS) if ends else None,
        )


class TellForm(forms.Form):
    to = forms.ChoiceField(
        label=pgettext_lazy("recipients", "To"), choices=BreachMessage.To.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("Message"),
        max_length=6000,
        widget=_area(6),
        help_text=_("The facts, the consequences and the measures are added by themselves: say what to do now."),
    )


class CnilForm(forms.Form):
    notified_at = forms.DateTimeField(label=_("Notified on"), widget=AdminDateTimeInput())
    reference = forms.CharField(label=_("Reference at the CNIL"), max_length=60)
    late_reason = forms.CharField(label=_("Why after 72 hours"), max_length=500, required=False, widget=_area(2))


class ReasonForm(forms.Form):
    words = forms.CharField(label=_("Reason"), max_length=2000, widget=_area())

    def clean_words(self) -> str:
        said = str(self.cleaned_data["words"]).strip()
        if len(said) < 10:
            raise ValidationError(_("A sentence is needed: it is read by the authority."))
        return said
