"""The referencing of a practitioner, step by step: nothing is public before the operator confirms a complete file (R3, R6)."""

from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.clock import now
from common.errors import Conflict, DomainError, NotAllowed
from common.signals import listing_suspended
from practitioners.actions import pages
from practitioners.actions.announcements import announce
from practitioners.actions.applications import ReasonMissing, missing_items
from practitioners.models import ApplicationItem, FileEvent, Practitioner

Status = Practitioner.Status
# What says whether a refusal waits for its second look; the database reads the same (migration 0014).
SECOND_LOOK = (
    FileEvent.Kind.SUBMITTED,
    FileEvent.Kind.REFUSAL_ASKED,
    FileEvent.Kind.REFUSAL_OFF,
    FileEvent.Kind.NOT_LISTED,
    FileEvent.Kind.LISTED,
)


class FileIncomplete(DomainError):
    """`labels` are the items that lack."""

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels
        super().__init__(gettext("The file is not complete: %(items)s.") % {"items": ", ".join(labels)})


class SameEyes(NotAllowed):
    message = _("You proposed this refusal: somebody else looks at it.")


class RefusalProposed(Conflict):
    message = _("A refusal of this file is proposed: decide about it first.")


class WrongStep(Conflict):
    message = _("This file is no longer at this step. Here is how it stands now.")


def waiting() -> QuerySet[Practitioner, Practitioner]:
    """Files handed in, the oldest first."""
    return Practitioner.objects.filter(status=Status.SUBMITTED).order_by("submitted_at", "pk")


@transaction.atomic
def submit(*, practitioner: Practitioner) -> Practitioner:
    """The practitioner hands in the file: every item provided, none waiting for a correction."""
    practitioner = _locked(practitioner, Status.APPLYING, Status.REFUSED)
    given = {ApplicationItem.Status.PROVIDED, ApplicationItem.Status.ACCEPTED}
    lacking = [item.label for item in practitioner.items.select_related("practice") if item.status not in given]
    if lacking or not practitioner.items.exists():
        raise FileIncomplete([str(label) for label in lacking])
    practitioner.status = Status.SUBMITTED
    practitioner.submitted_at = now()
    practitioner.save(update_fields=["status", "submitted_at"])
    _record(practitioner, FileEvent.Kind.SUBMITTED, by=practitioner.user)
    return practitioner


@transaction.atomic
def confirm(*, practitioner: Practitioner, by: User) -> Practitioner:
    """List the practitioner: the contract starts now, the page is public and searchable. Refused while anything lacks."""
    practitioner = _locked(practitioner, Status.SUBMITTED)
    if proposed_refusal(practitioner):
        raise RefusalProposed
    lacking = missing_items(practitioner)
    if lacking:
        raise FileIncomplete(lacking)
    practitioner.status = Status.LISTED
    practitioner.listed_at = now()
    practitioner.status_reason = ""
    practitioner.save(update_fields=["status", "listed_at", "status_reason"])
    pages.publish(page=pages.open_profile(practitioner=practitioner), by=by)
    event = _record(practitioner, FileEvent.Kind.LISTED, by=by)
    _mail(event, "practitioners/listed")
    announce(practitioner.pk)
    return practitioner


def proposed_refusal(practitioner: Practitioner) -> FileEvent | None:
    """The refusal that waits for its second look, if one does."""
    last = practitioner.events.filter(kind__in=SECOND_LOOK).select_related("by").order_by("-pk").first()
    return last if last and last.kind == FileEvent.Kind.REFUSAL_ASKED else None


def refusals_to_look_at(*, by: User) -> QuerySet[Practitioner, Any]:
    """Files whose refusal waits for a second look, which is not that of who proposed it."""
    last = FileEvent.objects.filter(practitioner=OuterRef("pk"), kind__in=SECOND_LOOK).order_by("-pk")
    rows = waiting().annotate(last_kind=Subquery(last.values("kind")[:1]), last_by=Subquery(last.values("by")[:1]))
    return rows.filter(last_kind=FileEvent.Kind.REFUSAL_ASKED).exclude(last_by=by.pk)


@transaction.atomic
def propose_refusal(*, practitioner: Practitioner, by: User, reason: str) -> FileEvent:
    """Say why the referencing should be refused. Nothing leaves before somebody else agrees."""
    practitioner = _locked(practitioner, Status.SUBMITTED)
    if proposed_refusal(practitioner):
        raise WrongStep
    if not reason.strip():
        raise ReasonMissing
    return _record(practitioner, FileEvent.Kind.REFUSAL_ASKED, by=by, detail=reason.strip())


@transaction.atomic
def refuse(*, practitioner: Practitioner, by: User) -> Practitioner:
    """The second look agrees: the reason proposed is sent; the file may be corrected and handed in again."""
    practitioner = _locked(practitioner, Status.SUBMITTED)
    proposed = proposed_refusal(practitioner)
    if proposed is None:
        raise WrongStep
    if proposed.by == by:
        raise SameEyes
    return _stop(
        practitioner,
        Status.REFUSED,
        FileEvent.Kind.NOT_LISTED,
        by=by,
        reason=proposed.detail,
        template="practitioners/not_listed",
    )


@transaction.atomic
def drop_refusal(*, practitioner: Practitioner, by: User, reason: str) -> FileEvent:
    """The second look disagrees, or who proposed it thought again: the file waits as before."""
    practitioner = _locked(practitioner, Status.SUBMITTED)
    if proposed_refusal(practitioner) is None:
        raise WrongStep
    if not reason.strip():
        raise ReasonMissing
    return _record(practitioner, FileEvent.Kind.REFUSAL_OFF, by=by, detail=reason.strip())


@transaction.atomic
def suspend(*, practitioner: Practitioner, by: User | None, reason: str) -> Practitioner:
    """Take the page off the site and the results; booking hears of it. The contract, and seniority, go on."""
    practitioner = _locked(practitioner, Status.LISTED)
    _stop(
        practitioner,
        Status.SUSPENDED,
        FileEvent.Kind.SUSPENDED,
        by=by,
        reason=reason,
        template="practitioners/suspended",
    )
    if hasattr(practitioner, "page"):
        pages.withdraw(page=practitioner.page, by=by)
    # Within the transaction: whoever suspends and whoever takes the practitioner out of the results commit together.
    listing_suspended.send(sender=Practitioner, practitioner_id=practitioner.pk, reason=reason.strip())
    announce(practitioner.pk)
    return practitioner


@transaction.atomic
def restore(*, practitioner: Practitioner, by: User | None, reason: str) -> Practitioner:
    """End a suspension: the page is public again, with the same seniority."""
    practitioner = _locked(practitioner, Status.SUSPENDED)
    if not reason.strip():
        raise ReasonMissing
    practitioner.status, practitioner.status_reason = Status.LISTED, ""
    practitioner.save(update_fields=["status", "status_reason"])
    pages.publish(page=pages.open_profile(practitioner=practitioner), by=by)
    event = _record(practitioner, FileEvent.Kind.RESTORED, by=by, detail=reason.strip())
    _mail(event, "practitioners/restored")
    announce(practitioner.pk)
    return practitioner


def _stop(
    practitioner: Practitioner, status: str, kind: FileEvent.Kind, *, by: User | None, reason: str, template: str
) -> Practitioner:
    if not reason.strip():
        raise ReasonMissing
    practitioner.status, practitioner.status_reason = status, reason.strip()
    practitioner.save(update_fields=["status", "status_reason"])
    _mail(_record(practitioner, kind, by=by, detail=practitioner.status_reason), template)
    return practitioner


def _locked(practitioner: Practitioner, *steps: str) -> Practitioner:
    locked = (
        Practitioner.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=practitioner.pk)
    )
    if locked.status not in steps:
        raise WrongStep
    return locked


def _record(practitioner: Practitioner, kind: FileEvent.Kind, *, by: User | None, detail: str = "") -> FileEvent:
    return FileEvent.objects.create(practitioner=practitioner, kind=kind, detail=detail, by=by, at=now())


def _mail(event: FileEvent, template: str) -> None:
    practitioner = event.practitioner
    outbox.send(
        key=f"referencing-{event.pk}",
        to=practitioner.user.email,
        template=template,
        context={"practitioner": practitioner, "reason": event.detail},
    )
