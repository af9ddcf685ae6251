"""What becoming an applicant asks for: who, where, which practices, and an explicit box for each document (R1)."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User
from legal.models import LegalVersion
from legal.views.consent import box_text
from practitioners.actions.applying import Applicant
from practitioners.models import Practice

MOST_PRACTICES = 12


class ApplyForm(forms.Form):
    """`user` is None for somebody who is not signed in; who is has an address already."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    professional_email = forms.EmailField(
        label=_("Professional e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Your account opens with it; we write to you there."),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        region="FR",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("For our team; not on your page unless you allow it later."),
    )
    street = forms.CharField(
        label=_("Number and street"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        help_text=_("Your postal address as a professional."),
    )
    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=5,
        validators=[RegexValidator(r"^[0-9]{5}$", _("A French postal code has five digits."))],
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    town = forms.CharField(
        label=_("Town"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    practices = forms.ModelMultipleChoiceField(
        label=_("Your practices"),
        queryset=Practice.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those for which you hold a certificate: each is checked."),
    )
    adult = forms.BooleanField(label=_("I am at least 18 years old."))

    def __init__(self, *args: Any, user: User | None, documents: list[LegalVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is not None:
            self.fields["professional_email"].initial = user.email
            self.fields["professional_email"].help_text = _("Where clients and our team write to you.")
            for name in ("first_name", "last_name", "phone"):
                self.fields[name].initial = getattr(user, name)
            if user.adult_declared_at:
                del self.fields["adult"]
        self.boxes = {f"accepts-{version.document.kind}": version for version in documents}
        for name, version in self.boxes.items():
            self.fields[name] = forms.BooleanField(
                label=box_words(version),
                error_messages={"required": _("Tick the box to accept; nothing is sent without it.")},
            )

    def clean_practices(self) -> Any:
        chosen = self.cleaned_data["practices"]
        if len(chosen) > MOST_PRACTICES:
            raise forms.ValidationError(
                _("Choose %(most)s practices at most to begin with.") % {"most": MOST_PRACTICES}
            )
        return chosen

    def applicant(self) -> Applicant:
        data = self.cleaned_data
        named = {name: data[name] for name in Applicant.__dataclass_fields__ if name != "phone"}
        return Applicant(**named, phone=data["phone"].as_e164)

    def accepted(self) -> list[tuple[LegalVersion, str]]:
        return [(version, box_words(version)) for version in self.boxes.values()]


def box_words(version: LegalVersion) -> str:
    """The exact words beside the box, kept with the acceptance; the mandate also stands for electronic invoices."""
    words = box_text(version)
    if version.document.kind == version.document.Kind.MANDATE:
        electronic = gettext("I accept to receive and issue my invoices electronically.")
        return f"{words} {electronic}"
    return words
