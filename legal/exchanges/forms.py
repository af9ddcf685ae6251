from django import forms
from django.utils.translation import gettext_lazy as _

from common.sent_by_people import SentByPeople
from legal.models import Exchange

Category = Exchange.Category


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


class ContactForm(SentByPeople, HelpForm):
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


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("Your message"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerForm(forms.Form):
    text = forms.CharField(label=_("Words"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
