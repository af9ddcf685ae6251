from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from legal.models import Provider, ProviderAnswer
from legal.providers import countries


class ProviderForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Service"), choices=Provider.Kind.choices)
    country = forms.ChoiceField(label=_("Country where the data are"))
    # Django takes declared fields out of the class: the form's own `data` stays what was sent.
    data = forms.CharField(  # type: ignore[assignment]
        label=_("Data"),
        max_length=1000,
        widget=AdminAutoHeightTextInput(attrs={"rows": 2}),
        help_text=_("What it sees, and of whom, in plain words."),
    )
    safeguard = forms.ChoiceField(label=_("Safeguard"), choices=Provider.Safeguard.choices)
    safeguard_words = forms.CharField(
        label=_("About the safeguard"),
        max_length=300,
        required=False,
        help_text=_("Decision, date of the clauses, annexes."),
    )
    contract = forms.CharField(label=_("Contract"), max_length=200, help_text=_("Its reference and its date."))
    contract_until = forms.DateField(
        label=_("Contract until"), required=False, widget=AdminDateInput(), help_text=_("Empty: renewed tacitly.")
    )
    security_reviewed_on = forms.DateField(label=_("Security reviewed on"), required=False, widget=AdminDateInput())
    summary = forms.CharField(
        label=_("What changes and why"),
        max_length=1000,
        required=False,
        widget=AdminAutoHeightTextInput(attrs={"rows": 3}),
        help_text=_("Practitioners receive these words. Not needed for the contract and the security review alone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = countries.choices()

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "summary"}


class WordsForm(forms.Form):
    words = forms.CharField(label=_("Reason"), max_length=500, widget=AdminAutoHeightTextInput(attrs={"rows": 3}))


class FollowForm(forms.Form):
    follow = forms.ChoiceField(
        label=_("What follows"), choices=[row for row in ProviderAnswer.Follow.choices if row[0] != "none"]
    )
    words = forms.CharField(
        label=_("Answer to the practitioner"), max_length=2000, widget=AdminAutoHeightTextInput(attrs={"rows": 3})
    )


class ObjectionForm(forms.Form):
    """In the practitioner's office."""

    reason = forms.CharField(label=_("Why do you object?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def clean_reason(self) -> str:
        said = str(self.cleaned_data["reason"]).strip()
        if len(said) < 10:
            raise ValidationError(_("Tell us in a sentence what worries you, so that we can answer."))
        return said
