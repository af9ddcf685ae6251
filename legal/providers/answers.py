"""Practitioners are told of a change by mail at a pace, object within 15 days, or accept by their silence, which a task records."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import outbox
from legal.models import ProviderAnswer, ProviderChange
from legal.providers import changes, errors

Answer, Follow, Outcome = ProviderAnswer.Answer, ProviderAnswer.Follow, ProviderChange.Outcome
PACE = 300


def practitioners() -> QuerySet[User]:
    return User.objects.filter(is_active=True, groups__name=Role.PRACTITIONER.value).order_by("pk")


def keep(*, now: dt.datetime) -> None:
    """Tell who is not told yet, write silences, apply what nobody objects to any more. Safe to run again."""
    left = PACE
    for change in ProviderChange.objects.filter(outcome=Outcome.WAITING).order_by("pk"):
        if change.told_all_at is None and left > 0:
            left -= _tell(change.pk, now, left)
        settle(change_id=change.pk, now=now)


def _tell(change_id: int, now: dt.datetime, pace: int) -> int:
    with transaction.atomic():
        rows = ProviderChange.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        change = rows.filter(pk=change_id, outcome=Outcome.WAITING, told_all_at=None).first()
        if change is None:
            return 0
        people = list(practitioners().filter(pk__gt=change.told_until)[:pace])
        until = now + changes.NOTICE
        url = settings.BASE_URL.rstrip("/") + reverse("office_providers")
        for person in people:
            ProviderAnswer.objects.get_or_create(change=change, user=person, defaults={"told_at": now, "until": until})
            outbox.send(
                key=f"provider-change-{change.pk}-{person.pk}",
                to=person.email,
                template="legal/provider_change",
                about=f"provider-change:{change.pk}",
                context={"change": change, "until": until, "url": url, "person": person},
            )
        if people:
            # Each has 15 days from the own mail: the change waits for the last one.
            change.told_until, change.applies_at = people[-1].pk, max(change.applies_at, until)
        if len(people) < pace:
            change.told_all_at = now
        change.save(update_fields=["told_until", "applies_at", "told_all_at"])
    return len(people)


def settle(*, change_id: int, now: dt.datetime) -> bool:
    """Whether the change applies now: everyone was told, the time is over, and each objection has its answer."""
    with transaction.atomic():
        silent = ProviderAnswer.objects.filter(change=change_id, answer=Answer.NONE, until__lte=now)
        silent.update(answer=Answer.SILENCE, answered_at=F("until"))
        change = ProviderChange.objects.select_for_update(of=("self",), no_key=True).get(pk=change_id)
        over = change.outcome == Outcome.WAITING and change.told_all_at is not None and change.applies_at <= now
        if not over or changes.open_objections(change):
            return False
        changes.apply(change=change, now=now)
    return True


@transaction.atomic
def object_to(*, change_id: int, user: User, reason: str, now: dt.datetime) -> ProviderAnswer:
    answer = ProviderAnswer.objects.select_for_update(of=("self",), no_key=True).get(change=change_id, user=user)
    if answer.answer == Answer.OBJECTION:
        raise errors.Answered
    if answer.answer == Answer.SILENCE or answer.until <= now:
        raise errors.TooLate
    if answer.change.outcome != Outcome.WAITING:
        raise errors.Settled
    answer.answer, answer.reason, answer.answered_at = Answer.OBJECTION, reason, now
    answer.save(update_fields=["answer", "reason", "answered_at"])
    return answer


@transaction.atomic
def follow(*, answer_id: int, what: str, words: str, by: User, now: dt.datetime) -> ProviderAnswer:
    """What the team answers to an objection; the practitioner receives it."""
    answer = ProviderAnswer.objects.select_for_update(of=("self",), no_key=True).get(
        pk=answer_id, answer=Answer.OBJECTION
    )
    if answer.follow != Follow.NONE:
        raise errors.Settled
    answer.follow, answer.follow_words, answer.followed_at, answer.followed_by = what, words, now, by
    answer.save(update_fields=["follow", "follow_words", "followed_at", "followed_by"])
    outbox.send(
        key=f"provider-objection-{answer.pk}",
        to=answer.user.email,
        template="legal/provider_objection",
        about=f"provider-change:{answer.change_id}",
        context={
            "answer": answer,
            "change": answer.change,
            "url": settings.BASE_URL.rstrip("/") + reverse("office_providers"),
        },
    )
    return answer
