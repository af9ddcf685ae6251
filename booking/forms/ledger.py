"""What the operator looks for in the ledger."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.ledger.accounts import Account
from booking.ledger.exploring import Search, accounts_named
from booking.models import LedgerTransaction
from common.clock import PARIS

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LedgerForm(forms.Form):
    """All of it optional; what cannot be read is said, and nothing typed is lost."""

    whose = forms.CharField(
        label=_("Whose"),
        required=False,
        max_length=200,
        help_text=_("A practitioner’s name, an e-mail, an account at Stripe (acct_…) or of the ledger (client:12)."),
    )
    reference = forms.CharField(label=_("Appointment"), required=False, max_length=20)
    kind = forms.ChoiceField(
        label=_("Movement"),
        required=False,
        choices=[("", pgettext_lazy("movements", "All")), *LedgerTransaction.Kind.choices],
    )
    begins = forms.DateField(label=_("From day"), required=False, widget=_DATE)
    ends = forms.DateField(label=_("To day"), required=False, widget=_DATE, help_text=_("That day included."))

    def clean_whose(self) -> tuple[Account, ...] | None:
        typed = str(self.cleaned_data["whose"])
        if not typed:
            return None
        found = accounts_named(typed)
        if not found:
            raise ValidationError(_("Nobody is called so: check the name or the address."))
        return found

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["begins"] > data["ends"]:
            self.add_error("ends", _("This day is before the first one."))
        for name in ("begins", "ends"):
            if data.get(name) and not 2000 <= data[name].year <= 2200:
                self.add_error(name, _("Choose a year between 2000 and 2200."))
        return data

    def search(self) -> Search:
        data = self.cleaned_data
        after = data["ends"] + dt.timedelta(days=1) if data["ends"] else None
        return Search(
            accounts=data["whose"],
            reference=data["reference"],
            kind=data["kind"],
            begins=dt.datetime.combine(data["begins"], dt.time(), PARIS) if data["begins"] else None,
            ends=dt.datetime.combine(after, dt.time(), PARIS) if after else None,
        )
