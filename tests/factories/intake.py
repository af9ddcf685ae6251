"""Questions before a session, their switches and answers."""

import datetime as dt
from typing import Any

from booking.models import IntakeAnswer, IntakeQuestion, IntakeSettings
from common import crypto
from common.clock import now


def ask(practitioner: Any, text: str, **fields: Any) -> IntakeQuestion:
    return IntakeQuestion.objects.create(practitioner=practitioner, text=text, **fields)


def switch(service: Any, *, reason: bool = False, health: bool = False) -> IntakeSettings:
    return IntakeSettings.objects.create(
        service=service,
        asks_reason=reason,
        asks_health=health,
        health_warning="lu" if health else "",
        health_since=now() if health else None,
    )


def answered(appointment: Any, about: IntakeAnswer.About, text: str) -> None:
    IntakeAnswer.objects.create(
        appointment=appointment,
        question_text="Question",
        about=about,
        answer_sealed=crypto.encrypt(text),
        answered_at=now(),
        expires_at=now() + dt.timedelta(days=9),
    )
