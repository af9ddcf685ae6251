"""What the account and this app hold: the person, the ticked boxes with their texts and receipts, the reports, the messages sent."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from common import wording
from common.clock import PARIS
from common.models import OutboxMessage, ReadingLog
from common.proof_parts import Part, Subject, Topic, sources, topics
from legal import canonical
from legal.actions import acceptances
from legal.models import Acceptance, Report

MOST = 500


def register() -> None:
    topics.register(
        "report",
        Topic("report", gettext_lazy("A report"), gettext_lazy("Its reference, S-…"), _report),
        order=30,
    )
    topics.register(
        "acceptance",
        Topic("acceptance", gettext_lazy("An acceptance"), gettext_lazy("Its number in the chain"), _acceptance),
        order=40,
    )
    sources.register("accounts", _accounts, order=10)
    sources.register("acceptances", _acceptances, order=60)
    sources.register("report", _reported, order=20)
    sources.register("messages", _messages, order=70)


def moment(at: dt.datetime | None) -> str:
    return f"{wording.long_datetime(at, PARIS)} ({at:%Y-%m-%dT%H:%M:%SZ})" if at else "–"


def iso(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat() if at else None


def _report(typed: str) -> Subject | None:
    found = Report.objects.filter(reference=typed.strip().upper()).first()
    if found is None:
        return None
    return Subject(
        "report", found.pk, found.reference, tuple(pk for pk in (found.reporter_id,) if pk), {"report": found.pk}
    )


def _acceptance(typed: str) -> Subject | None:
    typed = typed.strip().lstrip("#")
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 15:
        return None
    found = Acceptance.objects.select_related("detail").filter(sequence=int(typed)).first()
    if found is None:
        return None
    people = (found.detail.user_id,) if hasattr(found, "detail") else ()
    return Subject("acceptance", found.pk, f"#{found.sequence}", people, {"acceptances": [found.pk]})


def _accounts(subject: Subject) -> Iterator[Part]:
    for user in User.objects.filter(pk__in=subject.people).order_by("pk"):
        facts = (
            (_("Number"), str(user.pk)),
            (_("Name"), user.get_full_name() or "–"),
            (_("E-mail"), user.email),
            (_("Account made on"), moment(user.date_joined)),
            (_("Last sign-in"), moment(user.last_login)),
            (_("Active"), _("yes") if user.is_active else _("no")),
        )
        data = {
            "number": user.pk, "name": user.get_full_name(), "email": user.email, "phone": user.phone,
            "made": iso(user.date_joined), "last_sign_in": iso(user.last_login), "active": user.is_active,
        }  # fmt: skip
        yield Part(f"compte-{user.pk}", _("Account %(number)d") % {"number": user.pk}, facts=facts, data=data)


def _acceptances(subject: Subject) -> Iterator[Part]:
    """Those that are named; else all the answers of the people concerned. Each text is joined with its receipt."""
    named = subject.links.get("acceptances")
    rows = Acceptance.objects.select_related("version__document", "detail__user").order_by("sequence")
    rows = rows.filter(pk__in=named) if named is not None else rows.filter(detail__user__in=subject.people)
    kept = list(rows[:MOST])
    if not kept:
        return
    table, data, files = [], [], {}
    for row in kept:
        detail = getattr(row, "detail", None)
        answer = _("Refused") if row.refused else _("Accepted")
        table.append(
            (
                f"#{row.sequence}",
                moment(row.recorded_at),
                str(row.version),
                answer,
                detail.box_text if detail else _("erased"),
            )
        )
        known: dict[str, Any] = {"sequence": row.sequence, "hash": row.hash, "commitment": row.commitment}
        if detail:
            known = acceptances.receipt(acceptance=row, base=settings.BASE_URL)
            files[f"recus/acceptation-{row.sequence}.json"] = json.dumps(known, ensure_ascii=False, indent=2).encode()
        version = row.version
        files[f"textes/{version.document.slug}-{version.number}.txt"] = canonical.canonical_text(version).encode()
        data.append(known)
    columns = (_("Link"), _("When"), _("Version"), _("Answer"), _("Text beside the box"))
    yield Part(
        "acceptations",
        _("Ticked boxes"),
        columns=columns,
        rows=tuple(table),
        data=data,
        files=tuple(sorted(files.items())),
    )


def _reported(subject: Subject) -> Iterator[Part]:
    if "report" not in subject.links:
        return
    row = Report.objects.select_related("decided_by").get(pk=subject.links["report"])
    facts = (
        (_("Reference"), row.reference),
        (_("Reported"), row.subject_label),
        (pgettext("moderation", "Ground"), str(row.get_ground_display())),
        (_("Received on"), moment(row.received_at)),
        (_("Reporter"), row.reporter_email),
        (_("What the reporter says"), row.text),
        (_("Decision"), str(row.get_decision_display()) or "–"),
        (_("Rule"), row.rule or "–"),
        (_("Reason"), row.reason or "–"),
        (_("Decided on"), moment(row.decided_at)),
    )
    names = ("reference", "subject_label", "ground", "reporter_email", "text", "decision", "rule", "reason", "status")
    data = {name: getattr(row, name) for name in names} | {
        "received_at": iso(row.received_at), "decided_at": iso(row.decided_at), "object": f"{row.content_type.model}:{row.object_id}",
    }  # fmt: skip
    yield Part("signalement", _("The report"), facts=facts, data=data)
    readings = ReadingLog.objects.filter(subject=f"legal.Report:{row.pk}").order_by("pk")[:MOST]
    yield Part(
        "signalement-lectures",
        _("Who of the team read it"),
        columns=(_("When"), _("Reason")),
        rows=tuple((moment(each.read_at), each.reason) for each in readings),
        data=[{"read_at": iso(each.read_at), "reason": each.reason} for each in readings],
    )


def _messages(subject: Subject) -> Iterator[Part]:
    """The notifications that left about it, with their fate; the words as long as they are kept."""
    keys: list[str] = subject.links.get("messages_about", [])
    if "report" in subject.links:
        rows = OutboxMessage.objects.filter(key__contains=f"-{subject.label}").filter(
            template__startswith="legal/report"
        )
    elif keys:
        rows = OutboxMessage.objects.filter(about__in=keys)
    else:
        return
    kept = list(rows.order_by("created_at", "pk")[:MOST])
    columns = (_("When"), _("To"), _("Subject"), _("Fate"))
    yield Part(
        "messages",
        _("Messages sent"),
        columns=columns,
        rows=tuple((moment(row.sent_at or row.created_at), row.to, row.subject or row.template, str(row.get_status_display())) for row in kept),
        data=[
            {
                "key": row.key, "to": row.to, "template": row.template, "subject": row.subject, "text": row.text, "status": row.status,
                "created_at": iso(row.created_at), "sent_at": iso(row.sent_at), "message_id": row.message_id,
            }
            for row in kept
        ],
    )  # fmt: skip
