"""The questions of a service, beside the details of who books. What is typed is sealed, never kept in the session."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from booking import intake
from booking.actions import intake as actions
from booking.actions.intake import Circumstances, Consent
from booking.intake import About, Answer
from booking.models import Appointment, IntakeAnswer, IntakeQuestion, Status
from practitioners.models import Service

Kind = IntakeQuestion.Kind
LONGEST = {Kind.SHORT: 200, Kind.LONG: 2000}
REASON_LENGTH = 1000


class IntakeFields(forms.Form):
    """Built for a service: `IntakeFields(request.POST or None, service=…, appointment=…)`; show it when `asks_something`.

    Filled in again with what this visitor answered for the appointment, or for a time of the same service that was lost.
    """

    prefix = "questions"

    def __init__(
        self, data: Any = None, *, service: Service, appointment: Appointment | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.service = service
        self.person = service.practitioner.full_name
        settings = intake.settings_of(service)
        self.questions = {f"q{question.pk}": question for question in intake.questions_of(service, settings)}
        for name, question in self.questions.items():
            if not question.about_health:
                self.fields[name] = _field(question)
        if settings.asks_reason:
            self.fields["reason"] = forms.CharField(
                label=_("What brings you? (optional)"),
                required=False,
                max_length=REASON_LENGTH,
                help_text=intake.reason_words(),
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        # Last, so that the box stands right below the answers it is about.
        health = {name: _field(question) for name, question in self.questions.items() if question.about_health}
        if health:
            self.fields |= health
            self.fields["health_consent"] = forms.BooleanField(label=intake.health_words(self.person), required=False)
            self.fields["health_consent"].summary_label = _("Your agreement")  # type: ignore[attr-defined]
        if appointment is not None and not self.is_bound:
            self.initial.update(self._known(appointment))

    @property
    def asks_something(self) -> bool:
        return bool(self.fields)

    def practical(self) -> Iterator[BoundField]:
        return (self[name] for name, question in self.questions.items() if not question.about_health)

    def health(self) -> Iterator[BoundField]:
        return (self[name] for name, question in self.questions.items() if question.about_health)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        answered = any(data.get(name) for name, question in self.questions.items() if question.about_health)
        if answered and not data.get("health_consent"):
            self.add_error(
                "health_consent",
                _("Tick this box to send your answers about health, or leave them empty to book without."),
            )
        return data

    def answers(self) -> list[Answer]:
        """What was typed, without the empty fields."""
        found = []
        for name, question in self.questions.items():
            about = About.HEALTH if question.about_health else About.PRACTICAL
            found.append(Answer(about, question.text, self.cleaned_data.get(name) or "", question.pk))
        reason = Answer(About.REASON, _("Reason of the visit"), self.cleaned_data.get("reason") or "")
        return [item for item in [*found, reason] if item.answer]

    def save(self, *, appointment: Appointment, now: dt.datetime, how: Circumstances | None = None) -> None:
        """Seal the answers; call it once the contact is noted (`appointments.identify`), whose address the proof names."""
        consents = []
        if self.cleaned_data.get("reason"):
            consents.append(Consent(About.REASON, intake.reason_words()))
        if self.cleaned_data.get("health_consent"):
            consents.append(Consent(About.HEALTH, intake.health_words(self.person)))
        actions.answer(appointment_id=appointment.pk, answers=self.answers(), consents=consents, how=how, now=now)

    def _known(self, appointment: Appointment) -> dict[str, Any]:
        rows = list(appointment.intake_answers.all()) or self._of_a_time_that_was_lost(appointment)
        known: dict[str, Any] = {}
        for row in rows:
            name = "reason" if row.about == About.REASON else f"q{row.question_id}"
            if name in self.fields:
                known[name] = row.answer
        return known

    def _of_a_time_that_was_lost(self, appointment: Appointment) -> list[IntakeAnswer]:
        """Typed for another time of this service by the same browser, which nobody booked."""
        if not appointment.holder_key:
            return []
        lost = Appointment.objects.filter(
            holder_key=appointment.holder_key, service=self.service, status=Status.EXPIRED, intake_answers__isnull=False
        )
        last = lost.exclude(pk=appointment.pk).order_by("-pk").first()
        return list(last.intake_answers.all()) if last else []


def _field(question: IntakeQuestion) -> forms.Field:
    required, label = question.required, question.text
    if not required:
        label = _("%(question)s (optional)") % {"question": label}
    if question.kind == Kind.YES_NO:
        options = [_("Yes"), _("No")]
    elif question.kind == Kind.CHOICE:
        options = list(question.choices)
    else:
        rows = forms.Textarea(attrs={"rows": 3}) if question.kind == Kind.LONG else forms.TextInput()
        return forms.CharField(
            label=label, required=required, max_length=LONGEST[Kind(question.kind)], widget=rows,
            error_messages={"required": _("Answer this question to book.")},
        )  # fmt: skip
    choices = [(option, option) for option in options]
    if not required:
        choices.append(("", _("I prefer not to say")))
    return forms.ChoiceField(
        label=label, required=required, choices=choices, widget=forms.RadioSelect,
        error_messages={"required": _("Answer this question to book.")},
    )  # fmt: skip
