"""Items of an application file: declared by the practitioner, decided one by one with their evidence (R2, R4)."""

import datetime as dt
from typing import cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.clock import now, today
from common.errors import Conflict, DomainError
from common.signals import document_given
from practitioners.actions.announcements import announce
from practitioners.models import ApplicationItem, FileEvent, Practice, Practitioner

Kind = ApplicationItem.Kind
Status = ApplicationItem.Status
# What every file holds, besides a certificate for each practice; the VAT number only of those who are liable to VAT.
REQUIRED = (Kind.PHOTO, Kind.INSURANCE, Kind.LEGAL_FORM, Kind.SIRET, Kind.MEDIATOR, Kind.PRICES)
DATED = {Kind.INSURANCE}
# Items whose declared value is a fact of the practitioner.
FACTS: dict[str, str] = {
    Kind.SIRET: "siret",
    Kind.VAT: "vat_number",
    Kind.LEGAL_FORM: "legal_form",
    Kind.MEDIATOR: "mediator",
}


class EvidenceMissing(DomainError):
    message = _("Write what you saw: an item is accepted on evidence.")


class ReasonMissing(DomainError):
    message = _("Write the reason: the practitioner reads it.")


class DateMissing(DomainError):
    message = _("Give the date until which this document is valid.")


class AlreadyPast(DomainError):
    message = _("This date is past: the item cannot be accepted with it.")


class FactNotValid(DomainError):
    """The declared value cannot be right; the message says why."""


class NothingProvided(Conflict):
    message = _("This item is not waiting for a decision.")


class NotScannedYet(Conflict):
    message = _("This document waits for the virus scanner: it cannot be accepted before it is seen.")


class ProvidedAgain(Conflict):
    message = _("The practitioner has just provided something else: read it before deciding.")


@transaction.atomic
def open_file(*, practitioner: Practitioner) -> list[ApplicationItem]:
    """Every item the file needs, made where it lacks. Idempotent."""
    kinds = [*REQUIRED, *([Kind.VAT] if practitioner.vat_number else [])]
    wanted: list[tuple[str, Practice | None]] = [(kind, None) for kind in kinds]
    wanted += [(Kind.CERTIFICATE, link.practice) for link in practitioner.practice_links.select_related("practice")]
    for kind, practice in wanted:
        ApplicationItem.objects.get_or_create(practitioner=practitioner, kind=kind, practice=practice)
    return list(practitioner.items.select_related("practice"))


def missing_items(practitioner: Practitioner) -> list[str]:
    """Labels of what is not yet accepted and in force; empty when the file is complete."""
    items = {(item.kind, item.practice_id): item for item in practitioner.items.select_related("practice")}
    needed: list[tuple[str, int | None, object]] = [(kind, None, kind.label) for kind in REQUIRED]
    needed += [(Kind.VAT, None, Kind.VAT.label)] if practitioner.vat_number else []
    links = list(practitioner.practice_links.select_related("practice"))
    needed += [(Kind.CERTIFICATE, link.practice_id, f"{Kind.CERTIFICATE.label} – {link.practice}") for link in links]
    if not links:
        needed.append((Kind.CERTIFICATE, None, Kind.CERTIFICATE.label))
    day = today()
    return [
        str(label) for kind, practice_id, label in needed
        if not ((item := items.get((kind, practice_id))) and item.is_current(day))
    ]  # fmt: skip


@transaction.atomic
def declare(*, item: ApplicationItem, value: str, document: object | None) -> ApplicationItem:
    """The practitioner provides, or corrects, an item: it is to be checked (again), and its history is kept."""
    item = (
        ApplicationItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner")
        .get(pk=item.pk)
    )
    was = item.value
    item.value = value
    if document:
        item.document, item.scanned_at = document, None
    item.status = Status.PROVIDED
    item.provided_at = now()
    item.refusal_reason = ""
    item.save()
    _record(
        item,
        FileEvent.Kind.DECLARED,
        detail=f"{was} → {value}" if was and was != value else value,
        by=item.practitioner.user,
    )
    if item.waits_for_scan:
        transaction.on_commit(lambda: document_given.send(ApplicationItem, item_id=item.pk))
    return item


@transaction.atomic
def accept(
    *, item: ApplicationItem, by: User, evidence: str, valid_until: dt.date | None = None, seen: str = ""
) -> ApplicationItem:
    """Record what was seen and until when it holds. A certificate makes its practice public (R3).

    `seen` is the mark (`provided_mark`) of what the verifier had before the eyes: what replaced it is not accepted unread.
    """
    item = _waiting(item)
    if seen and seen != provided_mark(item):
        raise ProvidedAgain
    if item.waits_for_scan:
        raise NotScannedYet
    if not evidence.strip():
        raise EvidenceMissing
    if item.kind in DATED and valid_until is None:
        raise DateMissing
    if valid_until and valid_until < today():
        raise AlreadyPast
    item.status = Status.ACCEPTED
    item.evidence, item.valid_until, item.refusal_reason = evidence.strip(), valid_until, ""
    item.checked_by, item.checked_at = by, now()
    item.save()
    practitioner = item.practitioner
    _apply_fact(item)
    if item.kind == Kind.CERTIFICATE:
        practitioner.practice_links.filter(practice=item.practice).update(certificate_checked_at=item.checked_at)
    if item.kind == Kind.INSURANCE:
        practitioner.insurance_until = valid_until
        practitioner.save(update_fields=["insurance_until"])
    _record(item, FileEvent.Kind.ITEM_ACCEPTED, detail=item.evidence, by=by)
    if practitioner.is_listed:
        announce(practitioner.pk)
    return item


def provided_mark(item: ApplicationItem) -> str:
    """Tells what is provided now from what was provided before it."""
    return item.provided_at.isoformat() if item.provided_at else ""


@transaction.atomic
def refuse(*, item: ApplicationItem, by: User, reason: str) -> ApplicationItem:
    """What was provided is not what is needed; the reason says what to do, and is mailed."""
    return _send_back(item, by=by, reason=reason, status=Status.REFUSED, kind=FileEvent.Kind.ITEM_REFUSED)


@transaction.atomic
def ask_again(*, item: ApplicationItem, by: User, reason: str) -> ApplicationItem:
    """What was provided cannot be read or is not complete: the item is to be provided once more."""
    return _send_back(item, by=by, reason=reason, status=Status.MISSING, kind=FileEvent.Kind.ITEM_ASKED)


def _send_back(item: ApplicationItem, *, by: User, reason: str, status: str, kind: FileEvent.Kind) -> ApplicationItem:
    item = _waiting(item)
    if not reason.strip():
        raise ReasonMissing
    item.status, item.refusal_reason = status, reason.strip()
    if not item.evidence:
        # Otherwise they say who saw the evidence that still holds, and when; this decision is in the history.
        item.checked_by, item.checked_at = by, now()
    item.save()
    event = _record(item, kind, detail=item.refusal_reason, by=by)
    outbox.send(
        key=f"application-item-{event.pk}",
        to=item.practitioner.user.email,
        template="practitioners/item_sent_back",
        context={"item": item, "practitioner": item.practitioner, "asked_again": status == Status.MISSING},
    )
    return item


def _apply_fact(item: ApplicationItem) -> None:
    """What was declared and has now been checked becomes what the legal notices say."""
    name = FACTS.get(item.kind)
    if not name or not item.value:
        return
    value = "".join(item.value.split()) if name in {"siret", "vat_number"} else item.value
    try:
        field = cast("models.Field[str, str]", item.practitioner._meta.get_field(name))
        field.clean(value, item.practitioner)
    except ValidationError as error:
        raise FactNotValid(" ".join(error.messages)) from error
    setattr(item.practitioner, name, value)
    item.practitioner.save(update_fields=[name])


def _waiting(item: ApplicationItem) -> ApplicationItem:
    locked = (
        ApplicationItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner__user", "practice")
        .get(pk=item.pk)
    )
    if locked.status != Status.PROVIDED:
        raise NothingProvided
    return locked


def _record(item: ApplicationItem, kind: FileEvent.Kind, *, detail: str, by: User) -> FileEvent:
    return FileEvent.objects.create(
        practitioner=item.practitioner, kind=kind, item=item, detail=detail, by=by, at=now()
    )
