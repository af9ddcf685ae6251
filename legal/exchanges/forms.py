from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from legal.models import Exchange

Category = Exchange.Category
SALT = "contact-form"
# Nobody reads, chooses and writes faster; a program does.
FASTEST = 3
LONGEST = 12 * 3600


class HelpForm(forms.Form):
    category = forms.ChoiceField(label=_("What is it about?"), choices=[("", _("Choose…")), *Category.choices])
    subject = forms.CharField(label=_("Subject"), max_length=120)
    text = forms.CharField(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Do not write anything about your health: we do not need it to answer you."),
    )

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())


class ContactForm(HelpForm):
    field_order = ("name", "email", "category", "subject", "text")
    name = forms.CharField(
        label=_("Your name (optional)"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("To answer you, and for nothing else."),
    )
    # Hidden from people: what fills it in is answered like anybody and nothing is kept.
    site_web = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    shown = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    @staticmethod
    def stamp() -> str:
        return signing.TimestampSigner(salt=SALT).sign("1")

    @property
    def is_too_fast(self) -> bool:
        """Sent sooner than anybody writes, or without ever having been shown."""
        signer = signing.TimestampSigner(salt=SALT)
        shown = self.cleaned_data["shown"]
        try:
            signer.unsign(shown, max_age=LONGEST)
        except signing.BadSignature:
            return True
        try:
            signer.unsign(shown, max_age=FASTEST)
        except signing.SignatureExpired:
            return False
        return True


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("Your message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerForm(forms.Form):
    text = forms.CharField(label=_("Words"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
