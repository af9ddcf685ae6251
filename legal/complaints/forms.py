"""What each side writes, and what the moderator decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legal.complaints.standing import Standing
from legal.forms import DecisionForm
from legal.models import Report


class ContestForm(forms.Form):
    text = forms.CharField(
        label=_("Why should the decision be looked at again?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What was not seen, a fact that is wrong, a rule that does not apply. 5,000 characters at most."),
    )


class ComplaintDecisionForm(DecisionForm):
    """The decision that stands is among the choices: choosing it confirms it."""

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (value, gettext("%(decision)s: confirms what was decided") % {"decision": label})
            if value == standing.decision
            else (value, label)
            for value, label in Report.Decision.choices
        ]
        self.fields["decision"] = forms.ChoiceField(
            label=_("Which decision shall stand?"), choices=choices, widget=forms.RadioSelect
        )
        self.fields["reason"].help_text = _(
            "Sent as it is to both sides: answer what the complaint says. Do not name who reported."
        )
