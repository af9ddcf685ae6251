"""The record itself: a row for each person whose data were opened, never changed and never deleted."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from common.access.kinds import Kind
from common.clock import now as clock_now
from common.models import ReadingLog


def role_of(user: Any) -> str:
    """The groups of the reader, as the person will read them; a superuser is the administration."""
    if user.is_superuser:
        return "administration"
    return ",".join(sorted(user.groups.values_list("name", flat=True)))[:120]


def record(
    *,
    reader: AbstractBaseUser | AnonymousUser,
    kind: Kind,
    subject: str,
    people: Iterable[int | None],
    reason: str,
    act: str = ReadingLog.Act.READ,
) -> None:
    """`people` are numbers of accounts; none of them (a visitor's report) is recorded too, on the file alone."""
    role, now = role_of(reader), clock_now()
    concerned: list[int | None] = [*dict.fromkeys(pk for pk in people if pk is not None)] or [None]
    ReadingLog.objects.bulk_create(
        ReadingLog(
            reader_id=int(reader.pk or 0),
            person_id=person,
            role=role,
            kind=kind.key,
            act=act,
            subject=subject,
            reason=reason[:300],
            read_at=now,
        )
        for person in concerned
        if person != reader.pk
    )


def record_for(request: HttpRequest, **facts: Any) -> None:
    record(reader=request.user, **facts)
