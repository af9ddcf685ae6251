"""Forms of the public search pages."""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from search import alerts

# Kept with the consent, word for word: what the person read beside the box.
CONSENT = _("I agree to receive these e-mails at this address, until the end of the alert.")


def months_choices() -> list[tuple[int, str]]:
    return [(n, ngettext("%(n)s month", "%(n)s months", n) % {"n": n}) for n in alerts.MONTHS]


class AlertForm(forms.Form):
    """Where to write, for how long, and the consent, never ticked beforehand."""

    query = forms.CharField(
        max_length=alerts.MAX_QUERY,
        widget=forms.HiddenInput,
        strip=False,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={"required": _("Search first: the alert is for a search.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    months = forms.TypedChoiceField(label=_("For how long"), coerce=int, initial=alerts.DEFAULT_MONTHS)
    consent = forms.BooleanField(label=CONSENT, error_messages={"required": _("Tick this box to receive the e-mails.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = self.fields["months"]
        months.choices = months_choices()  # type: ignore[attr-defined]
        self.fields["consent"].summary_label = _("Agreement")  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    months = forms.TypedChoiceField(label=_("For how long"), coerce=int, initial=alerts.DEFAULT_MONTHS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["months"].choices = months_choices()  # type: ignore[attr-defined]
