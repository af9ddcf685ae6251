"""What an objection stops and what a restriction freezes, activity by activity; each app says its own and how it is put back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from common import privacy
from common.models import OutboxMessage
from common.personal_rows import Person
from common.registry import Registry
from common.wording import spaced
from legal import entries
from legal.entries import Entry
from legal.models import Death, RightsChoice

# (person, now) → what is needed to put back what was.
Apply = Callable[[Person, dt.datetime], dict[str, Any]]
Lift = Callable[[Person, dict[str, Any], dt.datetime], None]
Kind = RightsChoice.Kind


@dataclass(frozen=True)
class Effect:
    """`says`: what stops, in French like the register. An effect that a query asks for itself (`frozen_people`) applies nothing."""

    activity: str
    says: str
    apply: Apply = lambda person, now: {}
    lift: Lift = lambda person, before, now: None


# What a person objects to, which stops at once (article 21).
objections: Registry[Effect] = Registry("effects of objections")
# Activities on a legitimate interest that go on, and why; the person may still ask us to weigh their own situation.
prevailing: Registry[tuple[str, str]] = Registry("legitimate interests that prevail")
# What a restriction freezes besides the mails and the end of the data (article 18).
freezes: Registry[Effect] = Registry("effects of restrictions")


# Activities that go on under a restriction, and why (article 18.2): the person's own asking, the law, rights in court, others' rights.
excepted: Registry[tuple[str, str]] = Registry("what a restriction leaves")
ASKED = "Vous vous en servez vous-même : ce que vous y demandez ou y faites vaut accord pour cela."
COURT = "Ce sont des preuves : elles servent à constater, exercer ou défendre des droits en justice."
DUTY = "La loi l’impose, pour des raisons d’intérêt public."
OTHERS = "C’est le travail des équipes, qui protège les droits des autres personnes."


def stops(*effects: Effect) -> None:
    for effect in effects:
        objections.register(effect.activity, effect)


def goes_on(reason: str, *activities: str) -> None:
    for activity in activities:
        prevailing.register(activity, (activity, reason))


def freeze(*effects: Effect) -> None:
    for effect in effects:
        freezes.register(effect.activity, effect)


def leave(reason: str, *activities: str) -> None:
    for activity in activities:
        excepted.register(activity, (activity, spaced(reason)))


def on_legitimate_interest(entry: Entry) -> bool:
    return "ntérêt légitime" in entry.legal_basis


def unsaid() -> list[str]:
    """Activities on a legitimate interest for which nothing says what an objection does."""
    return [
        entry.key
        for entry in entries.entries()
        if on_legitimate_interest(entry) and entry.key not in objections and entry.key not in prevailing
    ]


def unsaid_when_restricted() -> list[str]:
    """Activities of which nothing says what becomes of them under a restriction."""
    return [each.key for each in privacy.activities if each.key not in freezes and each.key not in excepted]


def frozen_people() -> "QuerySet[RightsChoice, Any]":
    """Keys of those whose data are kept and not used: for `exclude(user__in=…)`."""
    return RightsChoice.objects.standing().filter(kind=Kind.RESTRICTION).values("user_id")


def frozen_addresses() -> "QuerySet[RightsChoice, Any]":
    return RightsChoice.objects.standing().filter(kind=Kind.RESTRICTION).values("user__email")


def objectors(activity: str) -> "QuerySet[RightsChoice, Any]":
    return RightsChoice.objects.standing().filter(kind=Kind.OBJECTION, activity=activity).values("user_id")


def silenced(activity: str, user_id: int | None) -> bool:
    """Whether this person objected to the activity, or had the use of everything restricted."""
    if user_id is None:
        return False
    mine = RightsChoice.objects.standing().filter(user_id=user_id)
    return mine.filter(Q(kind=Kind.RESTRICTION) | Q(kind=Kind.OBJECTION, activity=activity)).exists()


# What a frozen person is still written: signing in, their rights, the documents that bind them, what was agreed before and its money.
NECESSARY = ("accounts/", "legal/", "rights/", "money/", "booking/")
_NOT_NECESSARY = (
    "booking/reminder_", "booking/tomorrow_", "booking/client_message_", "booking/waiting", "booking/review",
)  # fmt: skip


def is_necessary(template: str) -> bool:
    return template.startswith(NECESSARY) and not template.startswith(_NOT_NECESSARY)


def refuse(message: OutboxMessage) -> str:
    """A gate of the outbox: nothing leaves for the dead, and nothing but the necessary for somebody whose data are frozen."""
    if Death.objects.filter(user__email__iexact=message.to).exists():
        return str(OutboxMessage.Reason.UNWANTED)
    if is_necessary(message.template):
        return ""
    frozen = RightsChoice.objects.standing().filter(kind=Kind.RESTRICTION)
    if frozen.filter(user__email__iexact=message.to).exists() or (
        message.channel == OutboxMessage.Channel.SMS and frozen.filter(user__phone=message.to).exists()
    ):
        return str(OutboxMessage.Reason.UNWANTED)
    return ""
