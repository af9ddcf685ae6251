"""A relative for whom a client books."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RelativeForm(forms.Form):
    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    is_minor = forms.BooleanField(label=_("Under 18: I will be there"), required=False)
