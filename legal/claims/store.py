"""The rules in force, compiled. Each process keeps what it compiled until the number of the last change is another one."""

import threading
from collections import OrderedDict

from django.db.models import Max

from legal.claims.lint import RuleSet
from legal.models import ClaimChange, ClaimList, ClaimRule

_lock = threading.Lock()
_compiled: OrderedDict[int, RuleSet] = OrderedDict()


def version() -> int:
    """Read from the database at each check: a rule is effective at once, whatever process asks."""
    return ClaimChange.objects.aggregate(last=Max("pk"))["last"] or 0


def rules_in_force() -> RuleSet:
    number = version()
    with _lock:
        kept = _compiled.get(number)
    if kept is not None:
        return kept
    fresh = RuleSet(
        [rule.as_rule() for rule in ClaimRule.objects.filter(active=True)],
        {row.name: row.entries for row in ClaimList.objects.all()},
    )
    with _lock:
        _compiled[number] = fresh
        while len(_compiled) > 2:
            _compiled.popitem(last=False)
    return fresh
