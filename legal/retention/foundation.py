"""Rules of what stands below the apps: messages, addresses, sessions, the evidence and the reports of this app."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from wagtail.models import ModelLogEntry, PageLogEntry

from accounts.models import User
from common import history
from common.models import BadAddress, ExportRecord, OutboxMessage, ReadingLog, addressed_to
from common.privacy import Fate
from common.retention import Rule, account_parts, ending, keep_until, months_before
from legal.models import AcceptanceDetail, Report, ReportComplaint, RetentionOutcome

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
            addresses=("to",),
            says="Texte, pièces jointes et faits des messages envoyés : vidés ; la preuve de l’envoi reste.",
            expired=_said,
            end=_unsay,
            fate=Fate.ANONYMISE,
        ),
        Rule(
            key="messages",
            activity="notifications",
            model="common.OutboxMessage",
            addresses=("to",),
            says="Preuves d’envoi à une adresse qui n’est plus celle d’un compte : effacées.",
            expired=_sent_to_nobody,
        ),
        Rule(
            key="bad-addresses",
            activity="bad-addresses",
            model="common.BadAddress",
            addresses=("address",),
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
            key="report-complaints",
            activity="reports",
            model="legal.ReportComplaint",
            addresses=("email",),
            says="Contestations de décisions de modération, une fois décidées : effacées.",
            expired=lambda moment: ReportComplaint.objects.filter(decided_at__lt=moment),
            people=("person_id", "report__reporter_id"),
        ),
        Rule(
            key="reports",
            activity="reports",
            model="legal.Report",
            addresses=("reporter_email",),
            says="Signalements décidés : effacés, après la dernière contestation qui les concerne.",
            expired=lambda moment: Report.objects.filter(
                ~Exists(ReportComplaint.objects.filter(report=OuterRef("pk"))), decided_at__lt=moment
            ),
            people=("reporter_id",),
        ),
    )
    _staff_audit()
    account_parts.register("sign-in", _sign_in, order=10)
    account_parts.register("messages", _waiting_messages, order=20)
    account_parts.register("histories", _histories, order=30)


def _staff_audit() -> None:
    keep_until(
        Rule(
            key="readings",
            activity="staff-audit",
            model="common.ReadingLog",
            says="Journal des lectures de dossiers par les équipes : effacé, une fois scellé ; les sceaux restent vérifiables.",
            expired=_read_long_ago,
            end=_end_readings,
            people=("person_id",),
        ),
        Rule(
            key="exports",
            activity="staff-audit",
            model="common.ExportRecord",
            says="Journal des fichiers de personnes sortis du site : effacé.",
            expired=lambda moment: ExportRecord._base_manager.filter(exported_at__lt=moment),
            end=_end_exports,
        ),
    )
    history.endings.register(READINGS, readings_end_before)


READINGS = ReadingLog._meta.db_table


def _read_long_ago(moment: dt.datetime) -> "QuerySet[ReadingLog, Any]":
    """A reading is kept until its seal says that it may be gone: one removed sooner is named by `verify_history`."""
    old = ReadingLog._base_manager.filter(read_at__lt=moment)
    return old.filter(pk__lte=history.sealed_before(READINGS, moment))


def _end_readings(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        ReadingLog._base_manager.filter(pk__in=keys).delete()


def _end_exports(keys: Sequence[int], now: dt.datetime) -> None:
    with ending():
        ExportRecord._base_manager.filter(pk__in=keys).delete()


def readings_end_before() -> dt.datetime | None:
    """The latest moment before which a night ended readings, with the time that stood then."""
    nights = RetentionOutcome.objects.filter(rule="readings", ended__gt=0).values_list("started_at", "months")
    return max((months_before(at, months) for at, months in nights), default=None)


def _said(moment: dt.datetime) -> QuerySet[OutboxMessage, Any]:
    empty = Q(facts={}, subject="", text="", html="", attachments=[], headers={}, last_error="")
    return OutboxMessage.objects.filter(created_at__lt=moment).exclude(status__in=STAYING).exclude(empty)


def _unsay(keys: Sequence[int], now: dt.datetime) -> None:
    OutboxMessage.objects.filter(pk__in=keys).update(**SAID)


def _sent_to_nobody(moment: dt.datetime) -> QuerySet[OutboxMessage, Any]:
    """The relation lasts while an account has the address."""
    account = User.objects.alias(address=Lower("email")).filter(address=Lower(OuterRef("to")))
    old = OutboxMessage.objects.filter(created_at__lt=moment).exclude(status__in=STAYING)
    return old.exclude(Exists(account))


def _sign_in(people: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    EmailAddress.objects.filter(user__in=people).delete()
    Authenticator.objects.filter(user__in=people).delete()


def _waiting_messages(people: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """What waits to leave goes; of what left, the words go and the proof stays for its own time."""
    mine = OutboxMessage.objects.filter(addressed_to(addresses))
    mine.filter(status=Status.PENDING).delete()
    mine.exclude(status=Status.SENDING).update(**SAID)
    BadAddress.objects.filter(address__in=[address.lower() for address in addresses]).delete()


def _histories(people: Sequence[int], addresses: Sequence[str], now: dt.datetime) -> None:
    """Wagtail's histories name what was done by its title; the number of who did it says nothing once the account is one."""
    labels = [str(user) for user in User.objects.filter(pk__in=people)]
    for entries in (PageLogEntry, ModelLogEntry):
        entries.objects.filter(label__in=[*labels, *addresses]).update(label="")
