"""The last step: a box for each document that is accepted, by version, never ticked beforehand; what only informs has none."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.consents import basis_of, needs_express_request
from booking.models import Appointment
from legal.models import LegalVersion


class ConsentForm(forms.Form):
    """`shown_cents` echoes the amount that the page announced: one that differs is shown again, never charged."""

    shown_cents = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, appointment: Appointment, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_cents"] = appointment.advance_cents
        basis = basis_of(appointment, now=now)
        self.boxes, self.privacy = basis.boxes, basis.privacy
        for box in self.boxes:
            url = address_of(box.version)
            self.fields[box.name] = forms.BooleanField(
                label=format_html('{} – <a href="{}">{}</a>', box.text, url, _("read")),
                error_messages={"required": _("Tick this box to book.")},
            )
            # The label holds a link, which the summary of errors, a link itself, cannot.
            self.fields[box.name].summary_label = box.text  # type: ignore[attr-defined]
            self.fields[f"{box.name}_version"] = forms.IntegerField(widget=forms.HiddenInput, initial=box.version.pk)
        if self.privacy is not None:
            self.privacy_url = address_of(self.privacy)
            self.fields["privacy_version"] = forms.IntegerField(widget=forms.HiddenInput, initial=self.privacy.pk)
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
        if self.privacy is not None and self.cleaned_data.get("privacy_version") != self.privacy.pk:
            return True
        return any(self.cleaned_data.get(f"{box.name}_version") != box.version.pk for box in self.boxes)


def address_of(version: LegalVersion) -> str:
    return f"/documents/{version.document.slug}/versions/{version.number}/"
