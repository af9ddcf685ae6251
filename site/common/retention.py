"""What each app says about the end of personal data: rules that the nightly run of `legal.retention` follows.

A rule gives the rows whose time is over and how they end; for how long they are kept stands in the register of processing. What
belongs to a person's account and goes with it is declared apart (`account_parts`).
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db import connection, models

from common.privacy import Fate
from common.registry import Registry
from common.wording import spaced

Expired = Callable[[dt.datetime], "models.QuerySet[Any]"]
# (keys of the rows, now): ends them within the caller's transaction.
End = Callable[[Sequence[Any], dt.datetime], None]


@dataclass(frozen=True)
class Rule:
    """`expired(moment)`: the rows whose clock started before `moment`, which is `months` before now.

    Without `end` the rows are deleted. `people` are the lookups from a row to the key of a person, `addresses` those to
    an e-mail address of theirs, and `objects` those to the key of another model, by which a legal hold suspends it. `done_by` is the entry of the beat schedule that already does it: the rule
    is then only watched. `archived`: it ends when the activity's time in restricted archive is over too. `months` says a time the
    law or the code sets, whatever the register's activity says. Raise `revision` when what the rule does changes: it must be approved
    again before it runs.
    """

    key: str
    activity: str
    model: str
    says: str
    expired: Expired
    end: End | None = None
    fate: Fate = Fate.ERASE
    months: int | None = None
    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    objects: tuple[tuple[str, str], ...] = ()
    done_by: str = ""
    archived: bool = False
    revision: int = 1

    @property
    def rows(self) -> Any:
        """The manager of its model, which no app narrows."""
        return apps.get_model(self.model)._base_manager


rules: Registry[Rule] = Registry("retention rules")
# What goes with an account that is erased: (keys of people, their addresses, now). Run in the order of registration.
account_parts: Registry[Callable[[Sequence[int], Sequence[str], dt.datetime], None]] = Registry("parts of an account")


def keep_until(*declared: Rule) -> None:
    for rule in declared:
        rules.register(rule.key, replace(rule, says=spaced(rule.says)))


@contextmanager
def ending() -> Iterator[None]:
    """Within a transaction: rows of append-only tables whose time is over may be deleted (`triggers.ended_by_retention`)."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('retention.ending', 'on', true)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("select set_config('retention.ending', 'off', true)")


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """So many calendar months earlier; the last day of a shorter month stands for those it lacks."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
