"""The operator's words for one message, and the appointment on which to see them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment
from booking.notifications.example import LINK, facts_of_nobody
from booking.notifications.facts import thaw
from booking.notifications.kinds import Channel, Kind
from booking.notifications.wording import Words, placeholders, unknown, values
from common.sms import gsm


class WordingForm(forms.Form):
    """Empty fields keep the standard text."""

    subject = forms.CharField(label=_("Subject"), max_length=150, required=False)
    heading = forms.CharField(label=_("Title"), max_length=150, required=False)
    opening = forms.CharField(
        label=_("Opening"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Takes the place of the title and of the first sentence; what must be said stays below."),
    )
    closing = forms.CharField(
        label=_("Closing"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands before the button."),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind.channel == Channel.SMS:
            for name in ("subject", "heading", "closing"):
                del self.fields[name]
            self.fields["opening"].label = _("Text")
            self.fields["opening"].help_text = _("160 characters with the link, which is added at the end.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.fields:
            if odd := unknown(cleaned.get(name, ""), self.kind):
                known = ", ".join(f"{{{word}}}" for word in placeholders(self.kind))
                words = _("Unknown: %(odd)s. You can write %(known)s.") % {"odd": ", ".join(odd[:5]), "known": known}
                self.add_error(name, words)
        if cleaned.get("heading") and not cleaned.get("opening") and "opening" not in self.errors:
            self.add_error("opening", _("A title of your own needs an opening of your own."))
        if self.kind.channel == Channel.SMS and not self.errors:
            self._fits(cleaned["opening"])
        return cleaned

    def _fits(self, text: str) -> None:
        filled = Words(opening=text).filled(values(thaw(facts_of_nobody()))).opening
        length = gsm.length(gsm.plain(f"{filled} {LINK}"))
        if text and length > gsm.LENGTH:
            words = _("Too long for one SMS: %(length)s of 160 characters on the example.") % {"length": length}
            self.add_error("opening", words)

    def words(self) -> Words:
        return Words(**{name: self.cleaned_data[name].strip() for name in self.fields})


class OnAppointmentForm(forms.Form):
    """On which appointment to see them; a real one needs a reason, which is logged."""

    reference = forms.CharField(
        label=_("Reference of an appointment"),
        max_length=12,
        required=False,
        help_text=_("Empty: an invented one."),
    )
    why = forms.CharField(label=_("Why you read this appointment"), max_length=300, required=False)

    appointment: Appointment | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        reference = cleaned.get("reference", "").strip().upper()
        if not reference:
            return cleaned
        if not cleaned.get("why", "").strip():
            self.add_error("why", _("Say why: your reading is logged."))
            return cleaned
        self.appointment = Appointment.objects.for_pages().booked().filter(reference=reference).first()
        if self.appointment is None:
            self.add_error("reference", _("No appointment has this reference."))
        return cleaned
