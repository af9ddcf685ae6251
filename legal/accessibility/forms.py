from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from common.clock import today
from legal.register_forms import LinesField

CRITERIA = 106  # of the RGAA 4


class AuditForm(forms.Form):
    audited_on = forms.DateField(label=_("Date of the audit"), widget=AdminDateInput())
    auditor = forms.CharField(label=_("Who audited"), max_length=200)
    method = forms.CharField(
        label=_("Method"), max_length=300, help_text=_("For example: RGAA 4.1.2, by hand and with axe.")
    )
    tools = forms.CharField(label=_("Tools and browsers"), max_length=500, required=False)
    pages = LinesField(label=_("Pages looked at"), help_text=_("One a line."))
    conforming = forms.IntegerField(label=_("Criteria met"), min_value=0, max_value=CRITERIA)
    failing = forms.IntegerField(label=_("Criteria not met"), min_value=0, max_value=CRITERIA)
    not_applicable = forms.IntegerField(label=_("Criteria that do not apply"), min_value=0, max_value=CRITERIA)
    failures = LinesField(label=_("What does not conform"), required=False, help_text=_("One a line."))
    exemptions = LinesField(label=_("Exempted content"), required=False, help_text=_("One a line."))
    contact = forms.EmailField(label=_("Contact"), help_text=_("Who answers when something cannot be reached."))

    def clean_audited_on(self) -> Any:
        day = self.cleaned_data["audited_on"]
        if day > today():
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        counts = [data.get(name) for name in ("conforming", "failing", "not_applicable")]
        if None not in counts and sum(n or 0 for n in counts) != CRITERIA:
            raise ValidationError(
                _("The RGAA has %(n)d criteria: these three numbers must make %(n)d.") % {"n": CRITERIA}
            )
        if data.get("failing") and not data.get("failures"):
            self.add_error("failures", _("Say what does not conform."))
        return data
