"""Saying why an invoice is not paid."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ContestForm(forms.Form):
    reason = forms.CharField(
        label=_("What is contested"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what is contested: the other side reads it.")},
    )
