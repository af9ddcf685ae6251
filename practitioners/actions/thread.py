"""The thread between a practitioner and the verification team, in the file's own history (R2)."""

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import outbox
from common.clock import now
from common.errors import DomainError
from practitioners.models import FileEvent, Practitioner

LONGEST = 3000
MESSAGE = FileEvent.Kind.MESSAGE


class NothingWritten(DomainError):
    message = _("Write your message first.")


def messages_of(practitioner: Practitioner) -> QuerySet[FileEvent, FileEvent]:
    """The oldest first, with who wrote."""
    return practitioner.events.filter(kind=MESSAGE).select_related("by").order_by("at", "pk")


@transaction.atomic
def write(*, practitioner: Practitioner, by: User, text: str) -> FileEvent:
    """By the practitioner, who is answered in the file; or by the team, whose words also leave by mail."""
    if not text.strip():
        raise NothingWritten
    event = FileEvent.objects.create(
        practitioner=practitioner, kind=MESSAGE, detail=text.strip()[:LONGEST], by=by, at=now()
    )
    if by.pk != practitioner.user_id:
        outbox.send(
            key=f"referencing-{event.pk}",
            to=practitioner.user.email,
            template="practitioners/file_message",
            context={"practitioner": practitioner, "text": event.detail},
        )
    return event


def unanswered() -> QuerySet[Practitioner, Practitioner]:
    """Whose last message is the practitioner's own, the longest waiting first; with `wrote_at`."""
    last = FileEvent.objects.filter(practitioner=OuterRef("pk"), kind=MESSAGE).order_by("-at", "-pk")
    rows = Practitioner.objects.annotate(
        last_writer=Subquery(last.values("by")[:1]), wrote_at=Subquery(last.values("at")[:1])
    )
    return rows.filter(last_writer=F("user")).order_by("wrote_at", "pk")
