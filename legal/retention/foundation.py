"""Rules of what stands below the apps: messages, addresses, sessions, the evidence and the reports of this app."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import ModelLogEntry, PageLogEntry

from accounts.models import User
from common.models import BadAddress, OutboxMessage
from common.privacy import Fate
from common.retention import Rule, account_parts, keep_until
from legal.models import AcceptanceDetail, Report

Status = OutboxMessage.Status
STAYING = (Status.PENDING, Status.SENDING)
SAID = {"facts": {}, "subject": "", "text": "", "html": "", "attachments": [], "headers": {}, "last_error": ""}


def register() -> None:
    keep_until(
        Rule(
            key="sessions",
            activity="sessions",
            model="sessions.Session",
            says="Sessions terminées : effacées.",
            expired=lambda moment: Session.objects.filter(expire_date__lt=moment),
        ),
        Rule(
            key="message-words",
            activity="message-words",
            model="common.OutboxMessage",
            says="Texte, pièces jointes et faits des messages envoyés : vidés ; la preuve de l’envoi reste.",
            expired=_said,
            end=_unsay,
            fate=Fate.ANONYMISE,
        ),
        Rule(
            key="messages",
            activity="notifications",
            model="common.OutboxMessage",
            says="Preuves d’envoi à une adresse qui n’est plus celle d’un compte : effacées.",
            expired=_sent_to_nobody,
        ),
        Rule(
            key="bad-addresses",
            activity="bad-addresses",
            model="common.BadAddress",
            says="Adresses et numéros qui ne reçoivent pas : effacés.",
            expired=lambda moment: BadAddress.objects.filter(flagged_at__lt=moment),
        ),
        Rule(
            key="acceptance-details",
            activity="acceptances",
            model="legal.AcceptanceDetail",
            says="Identité, adresse IP et sel des acceptations d’un compte effacé : détruits ; la chaîne reste valide.",
            expired=lambda moment: AcceptanceDetail.objects.filter(user__erased__erased_at__lt=moment),
            fate=Fate.ANONYMISE,
            people=("user_id",),
        ),
        Rule(
            key="reports",
            activity="reports",
            model="legal.Report",
            says="Signalements décidés : effacés.",
            expired=lambda moment: Report.objects.filter(decided_at__lt=moment),
            people=("reporter_id",),
        ),
    )
    account_parts.register("sign-in", _sign_in, order=10)
    account_parts.register("messages", _waiting_messages, order=20)
    account_parts.register("histories", _histories, order=30)


def _said(moment: dt.datetime) -> QuerySet[OutboxMessage, Any]:
    empty = Q(facts={}, subject="", text="", html="", attachments=[], headers={}, last_error="")
    return OutboxMessage.objects.filter(created_at__lt=moment).exclude(status__in=STAYING).exclude(empty)


def _unsay(keys: Sequence[int], now: dt.datetime) -> None:
    OutboxMessage.objects.filter(pk__in=keys).update(**SAID)


def _sent_to_nobody(moment: dt.datetime) -> QuerySet[OutboxMessage, Any]:
    """The relation lasts while an account has the address."""
    account = User.objects.filter(email=OuterRef("to"))
    old = OutboxMessage.objects.filter(created_at__lt=moment).exclude(status__in=STAYING)
    return old.exclude(Exists(account))


def _sign_in(people: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    EmailAddress.objects.filter(user__in=people).delete()
    Authenticator.objects.filter(user__in=people).delete()


def _waiting_messages(people: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """What waits to leave goes; of what left, the words go and the proof stays for its own time."""
    mine = OutboxMessage.objects.filter(to__in=addresses)
    mine.filter(status=Status.PENDING).delete()
    mine.exclude(status=Status.SENDING).update(**SAID)
    BadAddress.objects.filter(address__in=[address.lower() for address in addresses]).delete()


def _histories(people: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """Wagtail's histories name what was done by its title; the number of who did it says nothing once the account is one."""
    labels = [str(user) for user in User.objects.filter(pk__in=people)]
    for history in (PageLogEntry, ModelLogEntry):
        history.objects.filter(label__in=[*labels, *addresses]).update(label="")
