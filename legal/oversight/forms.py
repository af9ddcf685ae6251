from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from accounts.models import User


def _area(rows: int = 3) -> forms.Widget:
    return AdminAutoHeightTextInput(attrs={"rows": rows})


class AuditForm(forms.Form):
    """In the practitioner's office."""

    begins_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At least 10 calendar days from today."),
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=4, initial=1, help_text=_("4 at most."))
    auditor = forms.CharField(
        label=_("Who audits"), max_length=200, help_text=_("You, or somebody bound to secrecy whom you name.")
    )
    scope = forms.CharField(label=_("What it looks at"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}))


class InstructionForm(forms.Form):
    text = forms.CharField(label=_("Your instruction"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class WordsForm(forms.Form):
    words = forms.CharField(label=_("Words for the practitioner"), max_length=4000, widget=_area())


class SettleForm(WordsForm):
    is_unlawful = forms.BooleanField(
        label=_("This instruction would break the law: it is not applied (article 28.3)"), required=False
    )


class DisclosureForm(forms.Form):
    authority = forms.CharField(label=_("Authority"), max_length=200, help_text=_("Name, service, who signs."))
    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("The article and the reference of the request.")
    )
    scope = forms.CharField(
        label=_("Scope"), max_length=3000, widget=_area(), help_text=_("What is asked for, and no more.")
    )
    email = forms.EmailField(label=_("Person concerned, by e-mail address"), max_length=254)
    asked_on = forms.DateField(label=_("Asked on"), widget=AdminDateInput())
    may_tell = forms.BooleanField(
        label=_("The person may be told"),
        required=False,
        initial=True,
        help_text=_("Untick only when the law asks for secrecy."),
    )

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"]).strip()
        self.person = User.objects.filter(email__iexact=typed).first()
        if self.person is None:
            raise ValidationError(_("No account has this address."))
        return typed

    @property
    def said(self) -> dict[str, Any]:
        data = {name: self.cleaned_data[name] for name in ("authority", "basis", "scope", "asked_on", "may_tell")}
        return {**data, "person": self.person}
