"""What a visitor writes to a practitioner from the public page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models.message import LONGEST
from common.sent_by_people import SentByPeople


class FirstMessageForm(SentByPeople):
    """Whoever is signed in with a confirmed address (`known`) writes the message only."""

    field_order = ("site_web", "shown", "first_name", "last_name", "email", "text")
    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text=_("A link to confirm goes there: your message leaves once you press it."),
    )
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("For example how a session goes, or how to reach the practice. Nothing about your health."),
    )

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            for name in ("first_name", "last_name", "email"):
                del self.fields[name]
