from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.actions.clients import owner_of
from accounts.models import User


class LoginForm(allauth_forms.LoginForm):
    """allauth repeats the labels as placeholders, which vanish as one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    """allauth would also open an account to which a stranger added the address: its reader would then work in there."""

    def clean_email(self) -> str:
        email = str(super().clean_email())
        owner = owner_of(email) if email else None
        self._user = owner if owner and owner.is_active else None
        return email


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
