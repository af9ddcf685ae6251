"""What objecting, restricting and leaving mean in the agenda."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from booking.models import Appointment, ClientRecord, NotificationPreference, PaymentLink
from booking.models.appointment import UPCOMING
from common.personal_rows import Person
from legal.rights import effects, leaving
from legal.rights.effects import Effect
from legal.rights.leaving import Step

DAY = dt.timedelta(days=1)
_SILENT = {"email_48h": False, "email_2h": False, "sms": False}


def register() -> None:
    reminders = Effect(
        "notification-choices",
        "Plus aucun rappel, par e-mail ou par SMS ; les messages qui confirment, déplacent ou annulent un rendez-vous continuent.",
        _silence,
        _speak,
    )
    records = Effect(
        "client-follow-up",
        "Les fiches que des praticiens ont importées à votre nom quittent leur liste de clients.",
        _archive,
        _bring_back,
    )
    messages = Effect(
        "client-messages",
        "Les praticiens ne peuvent plus vous écrire ; vous lisez toujours les échanges passés, et pouvez leur écrire.",
    )
    effects.stops(reminders, records, messages)
    effects.freeze(
        reminders,
        Effect("client-follow-up", "Vos fiches ne figurent plus dans la liste de clients des praticiens."),
        messages,
        Effect("waiting-list", "Vous gardez votre place ; aucun horaire ne vous est proposé."),
    )
    effects.goes_on(
        "Ces traces rendent les paiements fiables : sans elles un paiement serait perdu ou compté deux fois. Elles durent treize mois.",
        "payment-events",
    )
    effects.goes_on(
        "Il s’agit de constater, d’exercer ou de défendre des droits en justice (article 21 du RGPD).",
        "intake-consents",
        "unpaid-invoices",
    )
    effects.goes_on("Cette activité ne concerne que le travail des équipes.", "message-wordings")
    _under_a_restriction()
    leaving.busy_makers.register("booking", _busy)
    leaving.consequence_makers.register("booking", _consequences)


def _under_a_restriction() -> None:
    effects.leave(
        effects.ASKED,
        "appointments",
        "unbooked",
        "relatives",
        "intake-answers",
        "reason-and-health",
        "client-requests",
        "group-sessions",
        "calendars",
        "paid-services",
    )
    effects.leave(effects.COURT, "payments", "payment-events", "intake-consents", "withdrawals", "unpaid-invoices")
    effects.leave(effects.DUTY, "invoices", "platform-declaration")
    effects.leave(effects.OTHERS, "message-wordings")


def _silence(person: Person, now: dt.datetime) -> dict[str, Any]:
    known = NotificationPreference.objects.filter(user_id=person.key).first()
    before = {name: getattr(known, name) for name in _SILENT} if known else {}
    NotificationPreference.objects.update_or_create(user_id=person.key, defaults=_SILENT | {"updated_at": now})
    return before


def _speak(person: Person, before: dict[str, Any], now: dt.datetime) -> None:
    """Unless the other right still asks for silence."""
    standing = effects.objectors("notification-choices").filter(user_id=person.key).exists()
    if standing or effects.frozen_people().filter(user_id=person.key).exists():
        return
    if before:
        NotificationPreference.objects.filter(user_id=person.key).update(**before, updated_at=now)
    else:
        NotificationPreference.objects.filter(user_id=person.key).delete()


def _archive(person: Person, now: dt.datetime) -> dict[str, Any]:
    rows = ClientRecord.objects.filter(user_id=person.key, source=ClientRecord.Source.IMPORT, archived_at=None)
    keys = list(rows.values_list("pk", flat=True))
    ClientRecord.objects.filter(pk__in=keys).update(archived_at=now)
    return {"rows": keys}


def _bring_back(person: Person, before: dict[str, Any], now: dt.datetime) -> None:
    ClientRecord.objects.filter(pk__in=before.get("rows", []), user_id=person.key).update(archived_at=None)


def _busy(user: User, now: dt.datetime) -> list[dt.datetime]:
    """The day after the last appointment to come: until then its messages and its page are needed."""
    last = Appointment.objects.filter(client=user, status__in=UPCOMING, ends_at__gt=now).order_by("-ends_at").first()
    return [last.ends_at + DAY] if last else []


def _consequences(user: User, now: dt.datetime) -> list[Step]:
    steps = []
    coming = Appointment.objects.filter(client=user, status__in=UPCOMING, ends_at__gt=now).count()
    if coming:
        steps.append(
            Step(
                ngettext(
                    "You have one appointment to come: it stands. Cancel it if you do not want it; otherwise the account closes the day after.",
                    "You have %(n)s appointments to come: they stand. Cancel those that you do not want; the account closes the day after the last.",
                    coming,
                )
                % {"n": coming},
                "/compte/",
                _("See my appointments"),
            )
        )
    links = PaymentLink.objects.filter(
        Q(appointment__client=user), paid_at=None, withdrawn_at=None, expires_at__gt=now
    ).count()
    if links:
        steps.append(
            Step(
                ngettext(
                    "One sum is still to be paid: closing the account does not cancel it.",
                    "%(n)s sums are still to be paid: closing the account does not cancel them.",
                    links,
                )
                % {"n": links},
                reverse("my_payments"),
                _("See my payments"),
            )
        )
    steps.append(
        Step(
            _("Your invoices are no longer on line: download those you need first."),
            reverse("my_invoices"),
            _("See my invoices"),
        )
    )
    return steps
