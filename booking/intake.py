"""What is asked before a session: the questions of a service, how long answers live, and the words around them."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from booking.models import Appointment, IntakeAnswer, IntakeQuestion, IntakeSettings
from common.compiled import Given
from practitioners.models import Service

About = IntakeAnswer.About
# Annexe A: the reason, three months from the appointment; messages between client and practitioner, a year. Answers about
# health are not in it: as long as the reason (provisional).
MONTHS_KEPT = {About.REASON: 3, About.HEALTH: 3, About.PRACTICAL: 12}
# Of a time that was chosen and never booked: long enough to choose another one without typing again.
UNBOOKED_KEPT = dt.timedelta(hours=24)
SENSITIVE = (About.REASON, About.HEALTH)


@dataclass(frozen=True)
class Answer:
    """What was typed in one field; `question` is empty for the reason."""

    about: IntakeAnswer.About
    text: str
    answer: str
    question_id: int | None = None


def settings_of(service: Service) -> IntakeSettings:
    """The service's switches, or all of them off in an unsaved row."""
    return IntakeSettings.objects.filter(service=service).first() or IntakeSettings(service=service)


def questions_of(service: Service, settings: IntakeSettings | None = None) -> list[IntakeQuestion]:
    """Those asked when `service` is booked: of all services first, then its own; of health only while that is turned on."""
    known = settings or settings_of(service)
    mine = Q(service=service) | Q(service=None)
    found = IntakeQuestion.objects.filter(mine, practitioner=service.practitioner_id)
    if not known.asks_health:
        found = found.filter(about_health=False)
    return sorted(found, key=lambda question: (question.service_id is not None, question.position, question.pk))


def asking(also: Exists) -> QuerySet[Service, Any]:
    """The given service of the given practitioner, as its key, when booking it shows anything to answer, or when `also`."""
    service = Given("service")
    health = IntakeSettings.objects.filter(service=service, asks_health=True)
    mine = IntakeQuestion.objects.filter(Q(service=service) | Q(service=None), practitioner=Given("practitioner"))
    questions = mine.filter(Q(about_health=False) | Exists(health))
    reason = IntakeSettings.objects.filter(service=service, asks_reason=True)
    return Service.objects.filter(Exists(questions) | Exists(reason) | also, pk=service).order_by().values_list("pk")


def expiry(appointment: Appointment, about: IntakeAnswer.About) -> dt.datetime:
    """The end of the day, so many months after the appointment's day."""
    day = appointment.starts_at.astimezone(ZoneInfo(appointment.timezone)).date()
    years, month = divmod(day.month - 1 + MONTHS_KEPT[about], 12)
    year, month = day.year + years, month + 1
    last = min(day.day, calendar.monthrange(year, month)[1])
    return dt.datetime(year, month, last, tzinfo=dt.UTC) + dt.timedelta(days=1)


def reason_words() -> str:
    """What becomes of the reason, said beside its field."""
    return _(
        "Encrypted, read by your practitioner only, never in an e-mail, erased 3 months after the session. "
        "Write nothing about your health here."
    )


def health_words(person: str) -> str:
    """The box by which a client agrees that answers about health are sent. Never ticked beforehand."""
    return _(
        "I agree that my answers about my health are sent to %(person)s to prepare this session. They are encrypted, "
        "read by this practitioner only and erased 3 months after the session. I can withdraw my agreement at any time from "
        "the page of the appointment; they are then erased."
    ) % {"person": person}


def health_warning() -> str:
    """What a practitioner reads and accepts before questions about health can be asked."""
    return _(
        "Health data are protected by article 9 of the GDPR. By turning this on you declare that these questions are needed to "
        "welcome your client safely, that you will use the answers for nothing else, and that you will not copy them elsewhere. "
        "Each client is asked for a separate agreement and can book without answering. The answers are encrypted, each of your "
        "readings is recorded, and they are erased 3 months after the session. They never replace a medical opinion."
    )
