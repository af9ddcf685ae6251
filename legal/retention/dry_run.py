"""What a rule would end tonight: counts and samples, without touching a row."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from common.retention import Rule, months_before, rules
from legal.models import ActivityVersion, RetentionApproval
from legal.retention import holds, periods

SAMPLES = 5
COUNTED_EXACTLY = 200_000


@dataclass(frozen=True)
class Preview:
    """`samples` are numbers of rows only: who they are is read in the person's file, where the reading is logged."""

    rule: Rule
    months: int
    signature: str
    before: dt.datetime
    found: int
    held: int
    total: int
    samples: list[str]
    approved: RetentionApproval | None
    braked: bool

    @property
    def percent(self) -> float:
        return round(100 * self.found / self.total, 1) if self.total else 0.0


def due(rule: Rule, months: int, now: dt.datetime) -> QuerySet[Any]:
    """The rows whose time is over and that nobody holds."""
    return holds.without(rule, expired(rule, months, now), now)


def expired(rule: Rule, months: int, now: dt.datetime) -> QuerySet[Any]:
    return rule.expired(months_before(now, months))


def preview(rule: Rule, now: dt.datetime, versions: dict[str, ActivityVersion] | None = None) -> Preview:
    months = periods.months_of(rule, versions)
    rows = due(rule, months, now)
    found, over = rows.count(), expired(rule, months, now).count()
    total = size(rule)
    sign = periods.signature(rule, months)
    approval = approved(rule, sign)
    # Most rules find nothing on most nights: then nothing more is asked.
    samples = [str(key) for key in rows.order_by("pk").values_list("pk", flat=True)[:SAMPLES]] if found else []
    return Preview(
        rule=rule,
        months=months,
        signature=sign,
        before=months_before(now, months),
        found=found,
        held=over - found,
        total=total,
        samples=samples,
        approved=approval,
        braked=found > 0 and braked(found, total, allowance(rule, sign, now)),
    )


def previews(now: dt.datetime) -> list[Preview]:
    versions = periods.last_versions()
    return [preview(rule, now, versions) for rule in rules if not rule.done_by]


def approved(rule: Rule, signature: str) -> RetentionApproval | None:
    """The last approval of the rule as it stands."""
    return RetentionApproval.objects.filter(rule=rule.key, signature=signature).first()


def allowance(rule: Rule, signature: str, now: dt.datetime) -> int:
    """How many rows somebody let the rule end beyond the brake, for the time being."""
    lifted = RetentionApproval.objects.filter(rule=rule.key, signature=signature, valid_until__gt=now, up_to__gt=0)
    return max((row.up_to or 0 for row in lifted), default=0)


def braked(found: int, total: int, allowed: int) -> bool:
    """Whether a run would touch more than its share of the table."""
    share = total * settings.RETENTION_BRAKE_PERCENT / 100
    return found > max(settings.RETENTION_BRAKE_ROWS, share, allowed)


def size(rule: Rule) -> int:
    """The rows of the table; of a large one, what the database last estimated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select reltuples::bigint from pg_class where oid = %s::regclass", [rule.rows.model._meta.db_table]
        )
        (estimate,) = cursor.fetchone()
    return int(estimate) if estimate > COUNTED_EXACTLY else rule.rows.count()
