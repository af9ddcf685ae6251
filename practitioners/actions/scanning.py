"""Documents of application files wait unopened until the virus scanner has seen them; what it finds is refused and deleted."""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common import antivirus, outbox
from common.antivirus import Outcome, Verdict
from practitioners.models import ApplicationItem, FileEvent

log = structlog.get_logger(__name__)
Status = ApplicationItem.Status


def unscanned() -> QuerySet[ApplicationItem, ApplicationItem]:
    """Documents that nobody may open yet, the oldest first."""
    return ApplicationItem.objects.filter(scanned_at=None).exclude(document="").order_by("provided_at", "pk")


def scan(*, item_id: int, now: dt.datetime) -> Outcome | None:
    """Ask the scanner about this item's document; None when there is nothing to ask. It waits when the scanner is away."""
    item = unscanned().filter(pk=item_id).first()
    if item is None or not antivirus.is_configured():
        return None
    name = item.document.name or ""
    try:
        with item.document.open("rb") as opened:
            verdict = antivirus.scan(opened.read())
    except FileNotFoundError:
        log.error("scanned_document_missing", item=item_id)
        return None
    if verdict.outcome != Outcome.UNAVAILABLE:
        _settle(item_id=item_id, name=name, verdict=verdict, now=now)
    return verdict.outcome


@transaction.atomic
def _settle(*, item_id: int, name: str, verdict: Verdict, now: dt.datetime) -> None:
    """The verdict is about the document `name`: another may have replaced it while the scanner read."""
    item = (
        ApplicationItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner__user", "practice")
        .filter(pk=item_id, document=name, scanned_at=None)
        .first()
    )
    if item is None:
        return
    if verdict.outcome == Outcome.CLEAN:
        item.scanned_at = now
        item.save(update_fields=["scanned_at"])
        return
    storage = item.document.storage
    item.document = ""
    # What is already sent back or lapsed stays so: its practitioner knows.
    sent_back = item.status in {Status.PROVIDED, Status.ACCEPTED}
    reason = _(
        "A virus was found in this document, and it was deleted without anybody opening it. Check your device with an "
        "antivirus, then print or scan the document again and send the new file."
    )
    if sent_back:
        item.status, item.refusal_reason = Status.REFUSED, reason
    item.save(update_fields=["document", "status", "refusal_reason"])
    event = FileEvent.objects.create(
        practitioner=item.practitioner, kind=FileEvent.Kind.ITEM_REFUSED, item=item, at=now,
        detail=f"{reason} ({verdict.signature})",
    )  # fmt: skip
    if sent_back:
        outbox.send(
            key=f"application-item-{event.pk}",
            to=item.practitioner.user.email,
            template="practitioners/item_sent_back",
            context={"item": item, "practitioner": item.practitioner, "asked_again": False},
        )
    transaction.on_commit(lambda: storage.delete(name))
