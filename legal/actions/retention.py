"""Deciding on the end of personal data: a rule is approved once seen, a brake is lifted for so many rows."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Conflict, DomainError, NotAllowed
from common.retention import Rule
from legal.models import RetentionApproval
from legal.retention import dry_run, periods

LIFTED_FOR = dt.timedelta(days=3)


class NotWhatWasSeen(Conflict):
    message = _("The rule or its time changed since this page was shown. Here is what it would end now.")


class OwnChange(NotAllowed):
    message = _("Someone else must approve the time that you set.")


class TooMany(DomainError):
    message = _("More rows are due than the number you saw: look again.")


@transaction.atomic
def approve(*, rule: Rule, signature: str, by: User, now: dt.datetime) -> RetentionApproval:
    """Let the rule run every night as it stands. Who set its time in the register does not approve it."""
    return _record(rule, signature, by, now)


@transaction.atomic
def approve_idle(*, by: User, now: dt.datetime) -> int:
    """Approve together the rules that would end nothing now, as on a new site; returns how many. Who set a time does not approve it."""
    versions = periods.last_versions()
    done = 0
    for found in dry_run.previews(now):
        said = versions.get(found.rule.activity)
        own = found.rule.months is None and said is not None and said.author_id == by.pk
        if found.found == 0 and found.approved is None and not own:
            _record(found.rule, found.signature, by, now)
            done += 1
    return done


@transaction.atomic
def lift_brake(*, rule: Rule, signature: str, up_to: int, by: User, now: dt.datetime) -> RetentionApproval:
    """Let the rule end up to `up_to` rows a night for three days: the number that was seen on the page."""
    return _record(rule, signature, by, now, up_to=up_to)


def _record(rule: Rule, signature: str, by: User, now: dt.datetime, up_to: int | None = None) -> RetentionApproval:
    found = dry_run.preview(rule, now)
    if found.signature != signature:
        raise NotWhatWasSeen
    if up_to is not None and found.found > up_to:
        raise TooMany
    said = periods.last_versions().get(rule.activity)
    if rule.months is None and said is not None and said.author_id == by.pk:
        raise OwnChange
    return RetentionApproval.objects.create(
        rule=rule.key,
        signature=signature,
        months=found.months,
        seen=found.found,
        up_to=up_to,
        valid_until=now + LIFTED_FOR if up_to is not None else None,
        approved_by=by,
        approved_at=now,
    )
