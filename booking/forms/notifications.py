"""Which messages one receives."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RemindersForm(forms.Form):
    """A client's reminders."""

    email_48h = forms.BooleanField(label=_("By e-mail, two days before"), required=False)
    email_2h = forms.BooleanField(label=_("By e-mail, two hours before"), required=False)
    sms = forms.BooleanField(
        label=_("By SMS, two hours before"),
        required=False,
        help_text=_(
            "To the mobile number given when you book. Never between 21:00 and 8:00: for an early session, it comes the evening before."
        ),
    )


class OfficeMessagesForm(forms.Form):
    """What a practitioner receives by e-mail."""

    bookings = forms.BooleanField(label=_("A new appointment"), required=False)
    changes = forms.BooleanField(label=_("An appointment moved or cancelled"), required=False)
    tomorrow = forms.BooleanField(
        label=_("Tomorrow’s sessions, the day before at 18:00"),
        required=False,
        help_text=_("Nothing is sent for a day without a session."),
    )
