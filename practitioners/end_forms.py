"""What the team types to send a formal notice or to end a contract."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.clock import today
from practitioners.models import ContractEnd, FormalNotice, Practitioner


def _written(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NoticeForm(forms.Form):
    step = forms.CharField(initial="notice", widget=forms.HiddenInput)
    text = forms.CharField(label=_("What must be put right within seven days"), max_length=5000, widget=_written(4))
    rule = forms.CharField(label=_("Rule that it rests on"), max_length=200)


class EndForm(forms.Form):
    step = forms.CharField(initial="propose", widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        label=_("Ground of the end"),
        choices=[("", "—"), *((g.value, g.label) for g in ContractEnd.Ground if g != ContractEnd.Ground.LEAVES)],
    )
    notice = forms.ModelChoiceField(
        label=_("Formal notice that was not met"), required=False, queryset=FormalNotice.objects.none(),
        help_text=_("For a breach only."),
    )  # fmt: skip
    since = forms.DateField(
        label=_("Force majeure since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For force majeure only: more than thirty days ago."),
    )  # fmt: skip
    reasons = forms.CharField(
        label=_("Facts and reasons, sent to the practitioner"), max_length=5000, widget=_written(5)
    )
    rule = forms.CharField(label=_("Rule that it rests on"), max_length=200)

    def __init__(self, *args: Any, practitioner: Practitioner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missed = practitioner.formal_notices.filter(cured_on=None, cure_by__lt=today())
        self.fields["notice"].queryset = missed  # type: ignore[attr-defined]
