"""Completing the register: each change is a version with its author, its moment and its reason; nothing is overwritten."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import privacy
from common.errors import Conflict, DomainError
from legal.entries import entry
from legal.models import ActivityVersion

LONGEST = 240
SHORTEST = 1
FIELDS = (
    "purpose", "people", "data", "legal_basis", "starts", "months", "archive_months", "recipients", "transfers", "security",
)  # fmt: skip


class UnknownActivity(DomainError):
    status = 404
    message = _("No activity has this name.")


class SomebodyWrote(Conflict):
    message = _("Somebody wrote another version of this activity meanwhile.")


class TimeIsOfTheCode(DomainError):
    message = _("This time is set by the code or by the law: the register only says it.")


class BadTime(DomainError):
    message = _("A time from 1 to 240 months can be kept to.")


class NothingChanged(DomainError):
    message = _("Nothing differs from the version that stands.")


@transaction.atomic
def write(
    *, activity: str, after: int, said: dict[str, Any], reason: str, author: User, now: dt.datetime
) -> ActivityVersion:
    """Add the version after number `after`, which the author saw. A changed time stops its rules until somebody else approves them."""
    if activity not in privacy.activities:
        raise UnknownActivity
    known = entry(activity)
    assert known is not None
    if known.number != after:
        raise SomebodyWrote
    if known.months != said["months"]:
        if not known.governed:
            raise TimeIsOfTheCode
        if said["months"] is None or not SHORTEST <= said["months"] <= LONGEST:
            raise BadTime
    if all(said[name] == getattr(known, name) for name in FIELDS):
        raise NothingChanged
    # The unique number refuses two writers at once, whatever each of them saw.
    last = ActivityVersion.objects.filter(activity=activity).aggregate(last=Max("number"))["last"] or 0
    return ActivityVersion.objects.create(
        activity=activity,
        number=last + 1,
        reason=reason.strip()[:300],
        author=author,
        written_at=now,
        **{name: said[name] for name in FIELDS},
    )
