"""The nightly run: each approved rule in batches, every batch a transaction of its own.

A worker may die anywhere and two may run at once: a row is locked before it ends, what another one holds is left to it, and the
night's count grows with the batch. What a dead night ended is certified by the next one.
"""

import datetime as dt
import math
import time
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from common import clock
from common.retention import Rule, rules
from legal.models import ActivityVersion, RetentionOutcome
from legal.retention import certificates, dry_run, files, periods, warnings

log = structlog.get_logger(__name__)
State = RetentionOutcome.State


def run(
    *, now: dt.datetime, only: str = "", seconds: float = math.inf, skip_settled: bool = False
) -> list[RetentionOutcome]:
    """Every rule, or the one named; one that fails leaves the others to run.

    `seconds`: what is not done by then is left to the next call; `skip_settled` leaves out what this night settled already.
    """
    until = time.monotonic() + seconds
    files.erase_asked()
    versions = periods.last_versions()
    settled: set[str] = set()
    if skip_settled:
        tonight = RetentionOutcome.objects.filter(day=_day(now)).exclude(state=State.RUNNING)
        settled = set(tonight.values_list("rule", flat=True))
    outcomes = []
    for rule in rules:
        if rule.done_by or rule.key in settled or (only and rule.key != only) or time.monotonic() > until:
            continue
        outcomes.append(run_rule(rule, now=now, versions=versions, until=until))
    certificates.certify(before=_day(now), now=now)
    files.erase_asked()
    warnings.tell(outcomes, now=now)
    return outcomes


def run_rule(
    rule: Rule, *, now: dt.datetime, versions: dict[str, ActivityVersion] | None = None, until: float = math.inf
) -> RetentionOutcome:
    """One rule, when it is approved as it stands and would not touch too much."""
    months = periods.months_of(rule, versions)
    found = dry_run.preview(rule, now, versions)
    outcome, _new = RetentionOutcome.objects.get_or_create(
        day=_day(now),
        rule=rule.key,
        defaults={"activity": rule.activity, "signature": found.signature, "months": months, "started_at": now},
    )
    facts = {"found": F("ended") + found.found, "total": found.total, "held": found.held, "signature": found.signature}
    if found.approved is None:
        return _settle(outcome, State.WAITING if found.found else State.DONE, now, **facts)
    if found.braked:
        log.warning("retention_braked", rule=rule.key, found=found.found, total=found.total)
        return _settle(outcome, State.BRAKED, now, **facts)
    if not found.found:
        return _settle(outcome, State.DONE, now, **facts)
    _settle(outcome, State.RUNNING, None, **facts)
    try:
        left = _batches(rule, months, now, outcome.pk, most=_most(found), until=until)
    except DatabaseError as error:
        # What the database refuses (a row that something still needs) stops this rule alone; the desk shows it.
        log.exception("retention_failed", rule=rule.key)
        return _settle(outcome, State.FAILED, now, error=type(error).__name__)
    return _settle(outcome, left, now if left != State.RUNNING else None)


def _batches(rule: Rule, months: int, now: dt.datetime, outcome_id: int, *, most: int, until: float) -> str:
    """End what is due, in the order of the keys, and say how it stands: braked when more came than may pass."""
    last: Any = None
    ended = 0
    while time.monotonic() < until:
        with transaction.atomic():
            _wait_little()
            due = dry_run.due(rule, months, now)
            # So many keys first, by their index: whatever else asks for all that is due asks for it again at each batch, and
            # millions of rows then take hours.
            after = due if last is None else due.filter(pk__gt=last)
            next_keys = list(after.order_by("pk").values_list("pk", flat=True).distinct()[: settings.RETENTION_BATCH])
            if not next_keys:
                return State.DONE
            last = next_keys[-1]
            # Asked once more under the lock: a row may have changed meanwhile, or be somebody's at this moment.
            still = rule.rows.filter(pk__in=due.filter(pk__in=next_keys).values("pk")).order_by("pk")
            keys = list(
                still.select_for_update(skip_locked=True, of=("self",), no_key=True).values_list("pk", flat=True)
            )
            if not keys:
                continue
            if ended + len(keys) > most:
                return State.BRAKED
            if rule.end is None:
                rule.rows.filter(pk__in=keys).delete()
            else:
                rule.end(keys, now)
            RetentionOutcome.objects.filter(pk=outcome_id).update(ended=F("ended") + len(keys))
        ended += len(keys)
    return State.RUNNING


def _most(found: dry_run.Preview) -> int:
    """What may end in this run: rows that become due meanwhile stay under the brake too."""
    share = int(found.total * settings.RETENTION_BRAKE_PERCENT / 100)
    return max(settings.RETENTION_BRAKE_ROWS, share, found.found)


def _settle(outcome: RetentionOutcome, state: str, now: dt.datetime | None, **facts: Any) -> RetentionOutcome:
    RetentionOutcome.objects.filter(pk=outcome.pk).update(state=state, finished_at=now, **facts)
    outcome.refresh_from_db()
    return outcome


def _wait_little() -> None:
    """A visitor's lock is never waited for long, and no statement of a batch holds its own for long."""
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '2s'; set local statement_timeout = '30s'")


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(clock.PARIS).date()
