"""The operator announces a service fee."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from common import clock

MOST_BASIS_POINTS, MOST_FIXED_CENTS = 2_000, 10_00


class FeeRateForm(WagtailAdminModelForm):
    """Never retroactive: an appointment keeps the rate it was booked under, and practitioners are told before it applies."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].help_text = _("In the future: a rate is announced before it applies.")

    def clean_valid_from(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["valid_from"]
        if moment <= clock.now():
            raise forms.ValidationError(_("A rate begins in the future: the past is never charged again."))
        return moment

    def clean_basis_points(self) -> int:
        points = int(self.cleaned_data["basis_points"])
        if points > MOST_BASIS_POINTS:
            raise forms.ValidationError(_("20 % (2000) at most."))
        return points

    def clean_fixed_cents(self) -> int:
        cents = int(self.cleaned_data["fixed_cents"])
        if cents > MOST_FIXED_CENTS:
            raise forms.ValidationError(_("10 euros (1000 cents) at most."))
        return cents
