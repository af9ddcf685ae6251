"""The legal team decides, for the contracts to come."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from common import clock


class WithdrawalRuleForm(WagtailAdminModelForm):
    def clean_valid_from(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["valid_from"]
        if moment <= clock.now():
            raise forms.ValidationError(
                _("A rule begins in the future: contracts keep the one they were concluded under.")
            )
        return moment
