"""What is done with a breach; each act leaves its line in the history."""

import datetime as dt
import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Conflict, DomainError
from legal.breaches import concerned
from legal.models import Breach, BreachEvent, BreachMessage, BreachPerson

What, Risk = BreachEvent.What, Breach.Risk
WRITTEN = (
    "title", "began_at", "ended_at", "natures", "facts", "categories", "people_estimate", "consequences", "measures", "risk",
)  # fmt: skip
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Closed(Conflict):
    message = _("This breach is closed: its register changes no more.")


class FromTheFuture(DomainError):
    message = _("This moment has not come yet.")


class SayWhyLate(DomainError):
    message = _("More than 72 hours went by: the law asks why (article 33.1).")


class RiskFirst(DomainError):
    message = _("Judge the risk first: it decides who is told.")


class CannotStaySilent(DomainError):
    message = _("With a risk for people, the CNIL is notified.")


class NotSettled(DomainError):
    message = _("Notify the CNIL, or decide with a reason not to, before closing.")


class PeopleNotTold(DomainError):
    message = _("The risk is high: the people concerned are told before it is closed (article 34).")


class NobodyRecorded(DomainError):
    message = _("Record those concerned first.")


class AlreadyAsked(Conflict):
    message = _("These messages were asked for already.")


@transaction.atomic
def open_one(*, title: str, facts: str, known_at: dt.datetime, by: User, now: dt.datetime) -> Breach:
    if known_at > now:
        raise FromTheFuture
    reference = f"V-{now:%Y}-{''.join(secrets.choice(_ALPHABET) for _n in range(5))}"
    breach = Breach.objects.create(reference=reference, title=title, facts=facts, known_at=known_at, opened_by=by)
    _note(breach, What.OPENED, by, now, words=title, facts={"facts": facts, "known_at": known_at.isoformat()})
    return breach


@transaction.atomic
def write(*, breach: Breach, said: dict[str, Any], by: User, now: dt.datetime) -> Breach:
    """What was known before stays in the history, field by field."""
    breach = locked(breach)
    changed = {name: said[name] for name in WRITTEN if getattr(breach, name) != said[name]}
    if not changed:
        return breach
    before = {name: _plain(getattr(breach, name)) for name in changed}
    for name, value in changed.items():
        setattr(breach, name, value)
    breach.save(update_fields=list(changed))
    after = {name: _plain(value) for name, value in changed.items()}
    _note(breach, What.WRITTEN, by, now, facts={"before": before, "after": after})
    return breach


@transaction.atomic
def choose(*, breach: Breach, query: concerned.Query, by: User, now: dt.datetime) -> int:
    """Record those concerned as the query finds them now; a second search adds to the first."""
    breach = locked(breach)
    found = concerned.search(query)
    of_practitioners = concerned.practitioners_of(found.people)
    BreachPerson.objects.bulk_create(
        [BreachPerson(breach=breach, user_id=pk, is_person=True) for pk in sorted(found.people)],
        update_conflicts=True,
        unique_fields=["breach", "user"],
        update_fields=["is_person"],
        batch_size=2000,
    )
    BreachPerson.objects.bulk_create(
        [BreachPerson(breach=breach, user_id=pk, clients=count) for pk, count in sorted(of_practitioners.items())],
        update_conflicts=True,
        unique_fields=["breach", "user"],
        update_fields=["clients"],
        batch_size=2000,
    )
    facts = {
        "activities": list(query.activities),
        "begins": _plain(query.begins),
        "ends": _plain(query.ends),
        "people": len(found.people),
        "practitioners": len(of_practitioners),
    }
    _note(breach, What.CHOSEN, by, now, facts=facts)
    return len(found.people)


@transaction.atomic
def notify_cnil(
    *, breach: Breach, notified_at: dt.datetime, reference: str, late_reason: str, by: User, now: dt.datetime
) -> Breach:
    breach = locked(breach)
    if notified_at > now:
        raise FromTheFuture
    if notified_at > breach.due_at and not late_reason:
        raise SayWhyLate
    breach.cnil_notified_at, breach.cnil_reference, breach.cnil_late_reason = notified_at, reference, late_reason
    breach.save(update_fields=["cnil_notified_at", "cnil_reference", "cnil_late_reason"])
    _note(
        breach, What.NOTIFIED, by, now, words=late_reason, facts={"reference": reference, "at": notified_at.isoformat()}
    )
    return breach


@transaction.atomic
def stay_silent(*, breach: Breach, reason: str, by: User, now: dt.datetime) -> Breach:
    """The decision not to notify (no risk for people), with its reason."""
    breach = locked(breach)
    if breach.risk == Risk.UNKNOWN:
        raise RiskFirst
    if breach.risk != Risk.NONE:
        raise CannotStaySilent
    breach.not_notified_reason = reason
    breach.save(update_fields=["not_notified_reason"])
    _note(breach, What.NOT_NOTIFIED, by, now, words=reason)
    return breach


@transaction.atomic
def ask_messages(*, breach: Breach, to: str, words: str, by: User, now: dt.datetime) -> BreachMessage:
    breach = locked(breach)
    if not breach.people.filter(**_who(to)).exists():
        raise NobodyRecorded
    row, made = BreachMessage.objects.get_or_create(
        breach=breach, to=to, defaults={"words": words, "asked_by": by, "asked_at": now}
    )
    if not made:
        raise AlreadyAsked
    _note(breach, What.TOLD, by, now, words=words, facts={"to": to})
    return row


@transaction.atomic
def close(*, breach: Breach, lessons: str, by: User, now: dt.datetime) -> Breach:
    breach = locked(breach)
    if breach.risk == Risk.UNKNOWN:
        raise RiskFirst
    if not breach.is_settled or (breach.risk != Risk.NONE and breach.cnil_notified_at is None):
        raise NotSettled
    told = breach.messages.filter(to=BreachMessage.To.PEOPLE, finished_at__isnull=False).exists()
    if breach.risk == Risk.HIGH and not told:
        raise PeopleNotTold
    breach.closed_at, breach.lessons = now, lessons
    breach.save(update_fields=["closed_at", "lessons"])
    _note(breach, What.CLOSED, by, now, words=lessons)
    return breach


def locked(breach: Breach) -> Breach:
    found = Breach.objects.select_for_update(of=("self",), no_key=True).get(pk=breach.pk)
    if found.closed_at is not None:
        raise Closed
    return found


def _who(to: str) -> dict[str, Any]:
    return {"is_person": True} if to == BreachMessage.To.PEOPLE else {"clients__gt": 0}


def _note(
    breach: Breach,
    what: str,
    by: User | None,
    now: dt.datetime,
    *,
    words: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    BreachEvent.objects.create(breach=breach, what=what, words=words, facts=facts or {}, by=by, at=now)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value
