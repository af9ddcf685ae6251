"""Forms of the practitioners' office and of the verification desk."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from common.clock import today
from common.untrusted import settle
from legal.claims.forms import ClaimsChecked
from practitioners.actions.applications import DATED, provided_mark
from practitioners.models import ApplicationItem, Practice, PracticePlace, Practitioner, Theme
from practitioners.profile import PAYMENT_METHODS, language_name
from practitioners.validators import validate_siret, validate_vat_number

MOST_THEMES = 6
LANGUAGES = ("fr", "en", "es", "de", "it", "pt", "nl", "ar", "pl", "ru", "uk", "zh-hans", "ja", "tr")


class ContactForm(forms.ModelForm):
    """What may change without a new check; the checked facts are shown beside, with their date."""

    phone = PhoneNumberField(
        label=_("Phone"),
        region="FR",
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Given to your clients after a booking. It is not on your page, unless you allow it below."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the sessions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(code[:2], language_name(code).capitalize()) for code in LANGUAGES],
    )
    payment_methods = forms.MultipleChoiceField(
        label=_("Payment methods accepted on the spot"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(value, str(label).capitalize()) for value, label in PAYMENT_METHODS.items()],
    )
    home_radius_km = forms.TypedChoiceField(
        label=_("Home visits"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [
            ("", _("No home visits")),
            *((km, _("Within %(km)s km") % {"km": km}) for km in (5, 10, 20, 30, 50, 100)),
        ],
    )

    themes = forms.ModelMultipleChoiceField(
        label=_("Themes you accompany"),
        required=False,
        queryset=Theme.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Six at most: people find you by them, and the pages of these themes show you."),
    )

    class Meta:
        model = Practitioner
        fields = [
            "professional_email", "phone", "phone_on_request", "street", "postal_code", "town", "languages", "payment_methods",
            "home_radius_km", "themes",
        ]  # fmt: skip
        help_texts = {
            "phone_on_request": _(
                "A button on your page, a limited number of times from one connection. You see how often it was used."
            ),
        }
        widgets = {
            "professional_email": forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
            "street": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "postal_code": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
            "town": forms.TextInput(attrs={"autocomplete": "address-level2"}),
        }

    def clean_themes(self) -> QuerySet[Theme]:
        themes: QuerySet[Theme] = self.cleaned_data["themes"]
        if len(themes) > MOST_THEMES:
            raise forms.ValidationError(_("Choose %(n)s themes at most."), params={"n": MOST_THEMES})
        return themes

    def clean_postal_code(self) -> str:
        value = self.cleaned_data["postal_code"].replace(" ", "")
        if value and not (len(value) == 5 and value.isascii() and value.isdigit()):
            raise forms.ValidationError(_("Write a postal code of 5 digits, for example 69003."))
        return value

    def clean_phone(self) -> str:
        number = self.cleaned_data["phone"]
        return number.as_e164 if number else ""


class PlaceForm(forms.ModelForm):
    """How to come; the address itself is moved with the team, because the search stands on it."""

    class Meta:
        model = PracticePlace
        fields = ["complement", "access", "door_code", "step_free"]
        widgets = {"access": forms.Textarea(attrs={"rows": 4})}


class ItemForm(forms.Form):
    """What the practitioner declares for one item, with its document."""

    value = forms.CharField(label=_("What you declare"), max_length=300, widget=forms.TextInput)
    document = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("PDF, JPEG, PNG or WebP, 10 MB at most. Only the verification team reads it."),
    )

    def __init__(self, *args: Any, item: ApplicationItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["value"].initial = item.value
        self.fields["document"].required = item.kind not in NO_DOCUMENT and not item.document
        self.fields["value"].help_text = VALUE_HINTS.get(item.kind, "")

    def clean_value(self) -> str:
        value = self.cleaned_data["value"].strip()
        if self.item.kind == ApplicationItem.Kind.SIRET:
            value = value.replace(" ", "").replace("\u00a0", "")
            validate_siret(value)
        if self.item.kind == ApplicationItem.Kind.VAT:
            value = value.replace(" ", "").upper()
            validate_vat_number(value)
        return value

    def clean_document(self) -> Any:
        upload = self.cleaned_data.get("document")
        return settle(upload) if upload else None


NO_DOCUMENT = {ApplicationItem.Kind.MEDIATOR, ApplicationItem.Kind.VAT, ApplicationItem.Kind.LEGAL_FORM}
VALUE_HINTS: dict[str, Any] = {
    ApplicationItem.Kind.SIRET: _("14 digits, for example 732 829 320 00074."),
    ApplicationItem.Kind.VAT: _("For example FR40303265045."),
    ApplicationItem.Kind.INSURANCE: _("The insurer and the policy number."),
    ApplicationItem.Kind.MEDIATOR: _("Its name, and its address or site."),
    ApplicationItem.Kind.CERTIFICATE: _("The school, the title and the year."),
}


class DecisionForm(forms.Form):
    """The verification team's decision on one item."""

    ACCEPT, REFUSE, ASK = "accept", "refuse", "ask"

    decision = forms.ChoiceField(
        label=_("Decision"), choices=[(ACCEPT, _("Accept")), (REFUSE, _("Refuse")), (ASK, _("Ask again"))]
    )
    evidence = forms.CharField(label=_("What I saw"), max_length=300, required=False)
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Reason, sent to the practitioner"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: ApplicationItem, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"item{item.pk}", **kwargs)
        self.item = item
        self.initial["seen"] = provided_mark(item)

    def show_what_is_provided_now(self) -> None:
        """Shown again after a refusal, the form is about what the page now shows."""
        data: dict[str, Any] = dict(self.data.items())
        self.data = data | {self.add_prefix("seen"): self.initial["seen"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        decision = data.get("decision")
        if decision == self.ACCEPT:
            if not data.get("evidence", "").strip() and "evidence" not in self.errors:
                self.add_error("evidence", _("Write what you saw: an item is accepted on evidence."))
            until = data.get("valid_until")
            if self.item.kind in DATED and not until and "valid_until" not in self.errors:
                self.add_error("valid_until", _("Give the date until which this document is valid."))
            elif until and until < today():
                self.add_error("valid_until", _("This date is past: the item cannot be accepted with it."))
        elif decision and not data.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Write the reason: the practitioner reads it."))
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason, sent to the practitioner"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NewPracticeForm(forms.Form):
    """A practice of the catalogue that the practitioner does not offer yet."""

    practice = forms.ModelChoiceField(label=_("Practice"), queryset=Practice.objects.none())

    def __init__(self, *args: Any, practitioner: Practitioner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Practice.objects.exclude(practitioner_links__practitioner=practitioner)
        self.fields["practice"].queryset = others  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A reason that stays with the team."""

    reason = forms.CharField(
        label=_("Why, for the team alone"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class MessageForm(forms.Form):
    """A message of the thread between a practitioner and the verification team."""

    text = forms.CharField(label=_("Your message"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}))


class ReplyForm(ClaimsChecked, forms.Form):
    claims_surface = "reply"
    claims_fields = ("text",)
    claims_reply = True

    text = forms.CharField(
        label=_("Your reply"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Public, once, under your name. Say nothing of the person’s health or identity."),
    )
