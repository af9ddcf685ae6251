"""For how long each rule keeps, and the signature of what was approved."""

import hashlib
import json

from common import privacy
from common.privacy import Retention
from common.retention import Rule, rules
from legal.models import ActivityVersion


def last_versions() -> dict[str, ActivityVersion]:
    """The version that stands of each activity the legal team edited."""
    rows = ActivityVersion.objects.order_by("activity", "-number").distinct("activity")
    return {row.activity: row for row in rows.select_related("author")}


def months_of(rule: Rule, versions: dict[str, ActivityVersion] | None = None) -> int:
    """The rule's own time, else what the legal team says of its activity, else what the code declares."""
    if rule.months is not None:
        return rule.months
    said = _said(rule, versions)
    return in_use(rule, versions) + (said.archive_months if rule.archived else 0)


def in_use(rule: Rule, versions: dict[str, ActivityVersion] | None = None) -> int:
    """The months before the restricted archive, of a rule whose time is its activity's."""
    months = _said(rule, versions).months
    if months is None:
        raise LookupError(f"the rule {rule.key} has no time: its activity {rule.activity} says none")
    return months


def _said(rule: Rule, versions: dict[str, ActivityVersion] | None) -> ActivityVersion | Retention:
    known = last_versions() if versions is None else versions
    return known.get(rule.activity) or privacy.activities.get(rule.activity).retention


def signature(rule: Rule, months: int) -> str:
    """What an approval covers: another time, another fate, another revision of the rule is something else."""
    facts = [rule.key, rule.model, str(rule.fate), months, rule.revision]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def governed(activity: str) -> list[Rule]:
    """The rules whose time is the activity's: what the legal team writes there is what the nightly run does."""
    return [rule for rule in rules if rule.activity == activity and rule.months is None and not rule.done_by]
