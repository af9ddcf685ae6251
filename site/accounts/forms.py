from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User


class ProfileForm(forms.ModelForm):
    """What people correct about themselves without asking anybody (D3)."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    phone = PhoneNumberField(label=_("Phone"), required=False, region="FR", help_text=_("For example 06 12 34 56 78."))

    class Meta:
        model = User
        fields = ["first_name", "last_name", "phone"]

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return phone.as_e164 if phone else ""
