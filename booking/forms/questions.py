"""A question before a session, and the switches of a service. What sounds like health is refused while that is off."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from booking import health_words, intake
from booking.models import IntakeQuestion, IntakeSettings
from booking.models.intake import MOST_CHOICES
from practitioners.models import Practitioner, Service

MOST_QUESTIONS = 8
CHOICE_LENGTH = 80


class QuestionForm(forms.ModelForm):
    choices_text = forms.CharField(
        label=_("Choices, one a line"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    for_all = forms.BooleanField(label=_("Ask it for all my sessions"), required=False)

    class Meta:
        model = IntakeQuestion
        fields = ["text", "kind", "choices_text", "required", "about_health", "for_all"]
        help_texts = {"text": _("For example: have you parked in the courtyard before?")}

    field_order = ["text", "kind", "choices_text", "required", "for_all", "about_health"]

    def __init__(self, *args: Any, practitioner: Practitioner, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practitioner, self.service = practitioner, service
        self.settings: IntakeSettings = intake.settings_of(service)
        self.initial.setdefault("choices_text", "\n".join(self.instance.choices))
        self.initial.setdefault("for_all", bool(self.instance.pk) and self.instance.service_id is None)
        if self.settings.asks_health:
            self.fields["about_health"].help_text = _(
                "Asked with the client’s separate agreement; never needed to book."
            )
        else:
            del self.fields["about_health"]

    def clean_choices_text(self) -> str:
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices_text"].splitlines()]
        self.lines = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) > CHOICE_LENGTH for line in self.lines):
            raise forms.ValidationError(_("A choice has 80 characters at most."))
        if len(self.lines) > MOST_CHOICES:
            raise forms.ValidationError(_("Ten choices at most."))
        return "\n".join(self.lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_choice = data.get("kind") == IntakeQuestion.Kind.CHOICE
        lines = getattr(self, "lines", [])
        if is_choice and len(lines) < 2 and "choices_text" not in self.errors:
            self.add_error("choices_text", _("Write at least two choices."))
        self._clean_health(data, [data.get("text") or "", *(lines if is_choice else [])])
        if self.instance._state.adding and self._count() >= MOST_QUESTIONS:
            self.add_error(None, _("Eight questions at most for one session: people give up before longer ones."))
        self.instance.choices = lines if is_choice else []
        self.instance.practitioner = self.practitioner
        self.instance.service = None if data.get("for_all") else self.service
        return data

    def _count(self) -> int:
        return len(intake.questions_of(self.service, IntakeSettings(service=self.service, asks_health=True)))

    def _clean_health(self, data: dict[str, Any], texts: list[str]) -> None:
        words = list(dict.fromkeys(word for text in texts for word in health_words.suspects(text)))
        about_health = bool(data.get("about_health"))
        if about_health and data.get("required"):
            self.add_error(
                "required", _("A question about health is never needed to book: the agreement must be free.")
            )
        if about_health and data.get("for_all"):
            self.add_error("for_all", _("Questions about health are turned on session by session."))
        if words and not about_health:
            listed = {"words": ", ".join(f"«\u00a0{word}\u00a0»" for word in words)}
            if self.settings.asks_health:
                text = ngettext_lazy(
                    "%(words)s suggests health: tick “about health”, or say it otherwise.",
                    "%(words)s suggest health: tick “about health”, or say it otherwise.",
                    len(words),
                )
                self.add_error("about_health", text % listed)
            else:
                text = ngettext_lazy(
                    "%(words)s suggests health, which is not asked for this session. Say it otherwise, "
                    "or turn questions about health on first.",
                    "%(words)s suggest health, which is not asked for this session. Say it otherwise, "
                    "or turn questions about health on first.",
                    len(words),
                )
                self.add_error("text", text % listed)


class SwitchesForm(forms.Form):
    asks_reason = forms.BooleanField(
        label=_("Let the client say what brings them"),
        required=False,
        help_text=_(
            "One free, optional field. It is encrypted, never written in a message, and erased 3 months after the session."
        ),
    )
    asks_health = forms.BooleanField(label=_("Allow questions about health for this session"), required=False)
    understood = forms.BooleanField(label=_("I have read this and I commit myself to it"), required=False)

    def __init__(self, *args: Any, settings: IntakeSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = settings
        self.initial.update(asks_reason=settings.asks_reason, asks_health=settings.asks_health)
        if settings.asks_health:
            del self.fields["understood"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("asks_health") and not self.settings.asks_health and not data.get("understood"):
            self.add_error("understood", _("Read the warning and tick this box to turn it on."))
        return data
