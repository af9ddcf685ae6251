"""Alarms of the 72 hours, and the messages of a breach at a pace. Safe to run again, and by two at once."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import outbox
from legal.models import Breach, BreachEvent, BreachMessage, BreachPerson

PACE = 300
# Hours since it is known at which the team is written to, while nothing is settled.
ALARMS = (24, 48, 60, 68, 72)


def keep(*, now: dt.datetime) -> None:
    for breach in Breach.objects.filter(closed_at=None, cnil_notified_at=None, not_notified_reason=""):
        _alarm(breach.pk, now)
    for row in BreachMessage.objects.filter(finished_at=None).order_by("pk"):
        send_some(message_id=row.pk, now=now)


def _alarm(breach_id: int, now: dt.datetime) -> None:
    with transaction.atomic():
        breach = (
            Breach.objects.select_for_update(skip_locked=True, of=("self",), no_key=True).filter(pk=breach_id).first()
        )
        if breach is None or breach.is_settled:
            return
        hours = (now - breach.known_at) / dt.timedelta(hours=1)
        due = max((hour for hour in ALARMS if hour <= hours), default=0)
        if due <= breach.alarmed:
            return
        breach.alarmed = due
        breach.save(update_fields=["alarmed"])
        left = max(0, int((breach.due_at - now) / dt.timedelta(hours=1)))
        team = User.objects.filter(is_active=True, groups__name=Role.LEGAL.value).order_by("pk")
        for person in team:
            outbox.send(
                key=f"breach-alarm-{breach.pk}-{due}-{person.pk}",
                to=person.email,
                template="legal/breach_alarm",
                about=f"breach:{breach.reference}",
                context={"breach": breach, "left": left, "is_over": due >= 72, "url": _url(breach)},
            )
        BreachEvent.objects.create(breach=breach, what=BreachEvent.What.ALARM, facts={"hours": due}, at=now)


def send_some(*, message_id: int, now: dt.datetime, pace: int = PACE) -> int:
    """The next batch of a round; a person is written to once, whatever runs twice."""
    with transaction.atomic():
        rows = BreachMessage.objects.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related(
            "breach"
        )
        message = rows.filter(pk=message_id, finished_at=None).first()
        if message is None:
            return 0
        to_people = message.to == BreachMessage.To.PEOPLE
        mark = "told_person_at" if to_people else "told_controller_at"
        who = {"is_person": True} if to_people else {"clients__gt": 0}
        batch = list(message.breach.people.filter(**who, **{mark: None}).select_related("user").order_by("pk")[:pace])
        for row in batch:
            _write(message, row)
        BreachPerson.objects.filter(pk__in=[row.pk for row in batch]).update(**{mark: now})
        message.count += len(batch)
        if len(batch) < pace:
            message.finished_at = now
            BreachEvent.objects.create(
                breach=message.breach, what=BreachEvent.What.TOLD_ALL, facts={"to": message.to, "count": message.count}, at=now
            )  # fmt: skip
        message.save(update_fields=["count", "finished_at"])
    return len(batch)


def _write(message: BreachMessage, row: BreachPerson) -> None:
    breach = message.breach
    to_people = message.to == BreachMessage.To.PEOPLE
    if not row.user.is_active or row.user.email.endswith(".invalid"):
        return
    outbox.send(
        key=f"breach-{breach.pk}-{message.to}-{row.user_id}",
        to=row.user.email,
        template="legal/breach_person" if to_people else "legal/breach_practitioner",
        about=f"breach:{breach.reference}",
        context={
            "breach": breach,
            "natures": [str(Breach.Nature(nature).label) for nature in breach.natures],
            "words": message.words,
            "clients": row.clients,
            "person": row.user,
        },
    )


def _url(breach: Breach) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("legal_desk_breach", args=[breach.reference])
