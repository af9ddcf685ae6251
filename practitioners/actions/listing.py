"""The referencing of a practitioner, step by step: nothing is public before the operator confirms a complete file (R3, R6)."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.clock import now
from common.errors import Conflict, DomainError
from common.signals import listing_suspended
from practitioners.actions import pages
from practitioners.actions.announcements import announce
from practitioners.actions.applications import ReasonMissing, missing_items
from practitioners.models import ApplicationItem, FileEvent, Practitioner

Status = Practitioner.Status


class FileIncomplete(DomainError):
    """`labels` are the items that lack."""

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels
        super().__init__(gettext("The file is not complete: %(items)s.") % {"items": ", ".join(labels)})


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


@transaction.atomic
def refuse(*, practitioner: Practitioner, by: User, reason: str) -> Practitioner:
    """Refuse the referencing with a reason; the file may be corrected and handed in again."""
    practitioner = _locked(practitioner, Status.SUBMITTED)
    return _stop(
        practitioner,
        Status.REFUSED,
        FileEvent.Kind.NOT_LISTED,
        by=by,
        reason=reason,
        template="practitioners/not_listed",
    )


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
