"""The boxes of the last step: one a document, by version, never ticked beforehand."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.consents import boxes_for, needs_express_request
from booking.models import Appointment


class ConsentForm(forms.Form):
    """`shown_cents` echoes the amount that the page announced: one that differs is shown again, never charged."""

    shown_cents = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, appointment: Appointment, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_cents"] = appointment.advance_cents
        self.boxes = boxes_for(appointment, now=now)
        for box in self.boxes:
            url = f"/documents/{box.version.document.slug}/versions/{box.version.number}/"
            self.fields[box.name] = forms.BooleanField(
                label=format_html('{} – <a href="{}">{}</a>', box.text, url, _("read")),
                error_messages={"required": _("Tick this box to book.")},
            )
            # The label holds a link, which the summary of errors, a link itself, cannot.
            self.fields[box.name].summary_label = box.text  # type: ignore[attr-defined]
            self.fields[f"{box.name}_version"] = forms.IntegerField(widget=forms.HiddenInput, initial=box.version.pk)
        self.asks_express_request = needs_express_request(appointment, now=now)
        if self.asks_express_request:
            self.fields["express_request"] = forms.BooleanField(
                label=gettext_lazy(
                    "I ask for the session to take place before the end of the 14-day withdrawal period, "
                    "and I know that I lose the right to withdraw once it has taken place."
                ),
                error_messages={
                    "required": gettext_lazy("Without this request, choose a date more than 14 days away.")
                },
            )
            self.fields["express_request"].summary_label = _("Session within 14 days")  # type: ignore[attr-defined]

    def changed_documents(self) -> bool:
        """Whether a version was superseded between the display of the page and its sending."""
        return any(self.cleaned_data.get(f"{box.name}_version") != box.version.pk for box in self.boxes)
