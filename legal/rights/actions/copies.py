"""Copies of one's data: asked for, built by a task, told by mail, deleted a week later."""

import datetime as dt
import hashlib

import structlog
from django.core.files import File
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from common import outbox
from common.tasks import enqueue
from legal.models import DataCopy
from legal.retention import files
from legal.rights import export
from legal.rights.errors import AlreadyAsked, TooManyCopies

log = structlog.get_logger(__name__)
State = DataCopy.State
KEPT = dt.timedelta(days=7)
A_DAY = 3
ATTEMPTS = 3


@transaction.atomic
def ask(*, user: User, now: dt.datetime) -> DataCopy:
    """Raises AlreadyAsked, TooManyCopies."""
    from legal.tasks import build_copy

    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # the count below is then true
    recent = DataCopy.objects.filter(user=user, asked_at__gt=now - dt.timedelta(days=1))
    if recent.filter(state=State.ASKED).exists():
        raise AlreadyAsked
    if recent.count() >= A_DAY:
        raise TooManyCopies
    try:
        with transaction.atomic():
            copy = DataCopy.objects.create(user=user, asked_at=now)
    except IntegrityError as error:  # two presses at once: one copy is enough
        raise AlreadyAsked from error
    transaction.on_commit(lambda: enqueue(build_copy, copy.pk))
    return copy


def build(*, copy_id: int, now: dt.datetime) -> None:
    """Once, whatever how often it is called: the row stays locked while the archive is written."""
    with transaction.atomic():
        copy = (
            DataCopy.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .filter(pk=copy_id, state=State.ASKED)
            .first()
        )
        if copy is None:
            return
        if copy.attempts >= ATTEMPTS:
            copy.state = State.FAILED
            copy.save(update_fields=["state"])
            return
        # Kept whatever becomes of this attempt: a copy that cannot be built is not tried for ever.
        copy.attempts += 1
        copy.save(update_fields=["attempts"])
    with transaction.atomic():
        copy = DataCopy.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=copy_id)
        if copy.state != State.ASKED:
            return
        with export.build(user=copy.user, now=now) as archive:
            copy.sha256 = hashlib.file_digest(archive, "sha256").hexdigest()  # type: ignore[arg-type]
            copy.size = archive.tell()
            archive.seek(0)
            copy.file.save("copy.zip", File(archive), save=False)
        copy.state, copy.ready_at, copy.expires_at = State.READY, now, now + KEPT
        copy.save()
        _tell(copy)


def _tell(copy: DataCopy) -> None:
    if not copy.user.is_active:
        return  # a deceased person's copy goes to whom they named, by the team
    outbox.send(
        key=f"data-copy-{copy.pk}",
        to=copy.user.email,
        template="rights/copy_ready",
        context={"path": reverse("rights:copies"), "expires_at": copy.expires_at, "authority": export.CNIL},
    )


@transaction.atomic
def sweep(*, now: dt.datetime) -> list[int]:
    """End the copies whose week is over; the keys of those that a lost task left to build."""
    over = DataCopy.objects.select_for_update(skip_locked=True, no_key=True).filter(
        state=State.READY, expires_at__lte=now
    )
    end(list(over.values_list("pk", flat=True)), now)
    waiting = DataCopy.objects.filter(state=State.ASKED, asked_at__lt=now - dt.timedelta(minutes=2))
    return list(waiting.values_list("pk", flat=True)[:20])


def end(keys: list[int], now: dt.datetime) -> None:
    """The files go, after the commit; what remains says that there was a copy."""
    rows = DataCopy.objects.filter(pk__in=keys)
    files.ask(storage="private", names=rows.exclude(file="").values_list("file", flat=True), now=now)
    rows.update(state=State.ENDED, file="")


@transaction.atomic
def note_download(*, copy_id: int, now: dt.datetime) -> None:
    DataCopy.objects.filter(pk=copy_id).update(downloaded_at=now)
