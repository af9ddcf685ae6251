"""What a visitor fills in while booking. What one pays, and for what, is never read from a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from booking.actions.appointments import Contact


class DetailsForm(forms.Form):
    """Who books, for whom; majority is declared, no birth date is asked."""

    MYSELF, RELATIVE = "moi", "proche"

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The confirmation goes there. For example camille@exemple.fr."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    phone = PhoneNumberField(
        label=_("Phone (optional)"),
        region="FR",
        required=False,
        help_text=_("Given to the practitioner in case of an unforeseen event. For example 06 12 34 56 78."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    whom = forms.ChoiceField(
        label=_("For whom?"),
        choices=[(MYSELF, _("For me")), (RELATIVE, _("For a relative"))],
        initial=MYSELF,
        widget=forms.RadioSelect,
    )
    attendee_first_name = forms.CharField(label=_("First name of your relative"), max_length=80, required=False)
    attendee_last_name = forms.CharField(label=_("Last name of your relative"), max_length=80, required=False)
    attendee_is_minor = forms.BooleanField(label=_("My relative is under 18; I will be there"), required=False)
    adult = forms.BooleanField(
        label=_("I am at least 18 years old"),
        error_messages={"required": _("Only adults can book. For a child, an adult books “for a relative”.")},
    )

    def __init__(self, *args: Any, accepts_minors: bool, known_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not accepts_minors:
            del self.fields["attendee_is_minor"]
        if known_email:
            # A client who is signed in books with the account's address.
            self.fields["email"].disabled = True
            self.initial["email"] = known_email

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("whom") == self.RELATIVE:
            for name in ("attendee_first_name", "attendee_last_name"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("Write the name of the person who comes."))
        return data

    def contact(self) -> Contact:
        data = self.cleaned_data
        return Contact(
            first_name=data["first_name"],
            last_name=data["last_name"],
            email=data["email"],
            phone=data["phone"].as_e164 if data["phone"] else "",
            adult=data["adult"],
            for_relative=data["whom"] == self.RELATIVE,
            attendee_first_name=data["attendee_first_name"],
            attendee_last_name=data["attendee_last_name"],
            attendee_is_minor=data.get("attendee_is_minor", False),
        )
