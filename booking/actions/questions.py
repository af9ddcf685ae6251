"""What a practitioner asks before a session. Nothing about health without the service's switch, turned on knowingly."""

import datetime as dt

from django.db import transaction

from booking import intake
from booking.models import IntakeQuestion, IntakeSettings
from practitioners.models import Practitioner, Service


@transaction.atomic
def save_switches(*, service: Service, asks_reason: bool, asks_health: bool, now: dt.datetime) -> IntakeSettings:
    """Turned on, health is asked under the warning that was shown, kept with its moment; turned off, it is asked no more."""
    settings, _created = IntakeSettings.objects.select_for_update(no_key=True).get_or_create(service=service)
    settings.asks_reason = asks_reason
    if asks_health and not settings.asks_health:
        settings.health_warning, settings.health_since = intake.health_warning(), now
    settings.asks_health = asks_health
    settings.save()
    return settings


@transaction.atomic
def save(*, question: IntakeQuestion) -> IntakeQuestion:
    """A new one comes last."""
    if question._state.adding:
        last = IntakeQuestion.objects.filter(practitioner=question.practitioner).order_by("-position").first()
        question.position = last.position + 1 if last else 0
    question.save()
    return question


@transaction.atomic
def move(*, practitioner: Practitioner, question: IntakeQuestion, up: bool) -> None:
    """Past the neighbour of the same list: those of all sessions, or those of one."""
    rows = list(
        IntakeQuestion.objects.select_for_update(no_key=True)
        .filter(practitioner=practitioner, service=question.service_id)
        .order_by("position", "pk")
    )
    here = next(place for place, row in enumerate(rows) if row.pk == question.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows):
        IntakeQuestion.objects.filter(pk=row.pk).update(position=position)


def remove(*, question: IntakeQuestion) -> None:
    """Answers that were given keep its words."""
    question.delete()
