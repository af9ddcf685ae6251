"""What a person fills in to use a right, and what the team fills in when somebody died."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legal import entries
from legal.models import AfterDeathWish, Death, RightsChoice


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code received by e-mail"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class RestrictForm(forms.Form):
    ground = forms.ChoiceField(label=_("Reason"), choices=RightsChoice.Ground.choices, widget=forms.RadioSelect)


class WishForm(forms.Form):
    fate = forms.ChoiceField(
        label=_("After my death, I wish you to"), choices=AfterDeathWish.Fate.choices, widget=forms.RadioSelect
    )
    scope = forms.ChoiceField(
        label=_("These instructions concern"), widget=forms.RadioSelect, initial="all",
        choices=[("all", _("All my data (general instructions)")), ("some", _("Only what I choose below (particular instructions)"))],
    )  # fmt: skip
    activities = forms.MultipleChoiceField(
        label=_("For particular instructions: the data concerned"), required=False, widget=forms.CheckboxSelectMultiple
    )
    first_name = forms.CharField(label=_("First name of the person I name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name of the person I name"), max_length=80, required=False)
    email = forms.EmailField(label=_("Their e-mail"), required=False)
    address = forms.CharField(
        label=_("Their postal address"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    text = forms.CharField(
        label=_("In your own words, if you like"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, activities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activities"].choices = activities  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("scope") == "some" and not facts.get("activities"):
            self.add_error("activities", _("Choose at least one kind of data, or general instructions."))
        if facts.get("fate") == AfterDeathWish.Fate.COMMUNICATE:
            for name in ("first_name", "last_name"):
                if not facts.get(name) and name not in self.errors:
                    self.add_error(name, _("Say who receives the copy."))
            if not facts.get("email") and not facts.get("address") and "email" not in self.errors:
                self.add_error("email", _("Give an e-mail or a postal address, so that we find this person."))
        return facts


def choosable() -> list[tuple[str, str]]:
    """The activities that hold something of clients or practitioners, by their purpose."""
    return [(entry.key, entry.purpose) for entry in entries.entries() if set(entry.people) & {"clients", "praticiens"}]


class CloseForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I read what closing my account brings about, and I ask for it"),
        error_messages={"required": _("Tick the box to ask for the closing.")},
    )


class DeathForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the account"))
    document = forms.CharField(
        label=_("Reference of the document"), max_length=120,
        help_text=_("Number and place of the death certificate; the document itself is not kept."),
    )  # fmt: skip
    relation = forms.CharField(
        label=_("Who told us"), max_length=160, help_text=_("Name and tie with the person: heir, notary, beneficiary.")
    )


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What is done"), choices=[choice for choice in Death.Outcome.choices if choice[0]]
    )
    reason = forms.CharField(
        label=_("Why, where no instructions say it"), max_length=300, required=False,
        help_text=_("An heir may ask for what settling the estate needs, and for the closing of the account (article 85)."),
    )  # fmt: skip
