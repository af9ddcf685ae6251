"""Proof that history stays as it was written, without a cost to who writes it.

Rows of histories are only added (triggers). Whoever turns the triggers off is seen all the same: each night the database
computes the digest of every row added since, and a chained `HistorySeal` keeps them. Verifying names each row that was changed,
removed, inserted or moved. Rows of the day are held by `checks`: what must agree between a history and what it is about.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Max

from common.models.evidence import GENESIS, ChainedEvidence
from common.models.history import DIGEST_BYTES, ENTRY_BYTES, KEY_BYTES, HistorySeal
from common.registry import Registry

# So many rows a seal: what verifying holds in memory.
BLOCK = 20_000
# A transaction may be under way with a smaller key than one already visible; none lasts that long.
SETTLED = dt.timedelta(hours=1)


@dataclass(frozen=True)
class History:
    """A table whose rows are only added, and erased by retention alone (`endings`). `at` is the column that says when; `columns` what is sealed."""

    table: str
    at: str
    columns: tuple[str, ...]


class Problem(NamedTuple):
    where: str
    what: str


histories: Registry[History] = Registry("sealed histories")
# Statements that answer with (where, what) for each row that does not agree with what it is about.
checks: Registry[str] = Registry("checks of histories")
# Of a table whose time ends: the moment before which its rows may be gone, as the nights of retention have recorded it.
endings: Registry[Callable[[], dt.datetime | None]] = Registry("ends of histories")
# Rows end with the seal that covers them, which is made within the two days that follow.
SEALED_BY = dt.timedelta(days=2)


def watch(table: str, at: str, *columns: str) -> None:
    histories.register(table, History(table, at, columns))


def seal(*, now: dt.datetime) -> int:
    """Seal what was added to each history; how many rows. Run twice, or by two workers, each row is sealed once."""
    return sum(_seal_table(history, now) for history in histories)


def _seal_table(history: History, now: dt.datetime) -> int:
    total = 0
    while sealed := _seal_block(history, now):
        total += sealed
    return total


@transaction.atomic
def _seal_block(history: History, now: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [HistorySeal._meta.db_table])
        cursor.execute("set local time zone 'UTC'")  # moments are part of what is digested
        before = HistorySeal.objects.filter(table=history.table).aggregate(last=Max("last"))["last"] or 0
        cursor.execute(f"select max(id) from {history.table} where {history.at} < %s", [now - SETTLED])  # noqa: S608
        until = cursor.fetchone()[0]
        if until is None or until <= before:
            return 0
        cursor.execute(
            f"select max(id), count(*), string_agg(int8send(id) || digest, ''::bytea order by id)"  # noqa: S608
            f" from ({_digests(history.table, history.columns)} limit {BLOCK}) as added",
            [before, until],
        )
        last, count, entries = cursor.fetchone()
    head = HistorySeal.objects.order_by("-number").values_list("number", "hash").first() or (0, GENESIS)
    row = HistorySeal(
        number=head[0] + 1, made_at=now, table=history.table, columns=list(history.columns), first=before + 1, last=last,
        count=count, entries=bytes(entries), previous_hash=head[1],
    )  # fmt: skip
    row.hash = row.expected_hash()
    row.save(force_insert=True)
    return int(count)


def _digests(table: str, columns: Iterable[str]) -> str:
    """Statement: (id, digest) of the rows above one key, up to another."""
    stated = ", ".join(f'"{column}"' for column in columns)
    return (
        f"select id, sha256(convert_to(jsonb_build_array(id, {stated})::text, 'UTF8')) as digest"  # noqa: S608
        f" from {table} where id > %s and id <= %s order by id"
    )


def problems(noted: Iterable[Mapping[str, Any]] = ()) -> Iterator[Problem]:
    """Everything that does not hold, each row named. `noted`: seals kept from the public page. Memory is that of one block."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local time zone 'UTC'")
        known = {row["number"]: row for row in HistorySeal.objects.values("number", "hash")} if noted else {}
        for kept in noted:
            number = kept.get("number")
            mine = known.get(number) if isinstance(number, int) else None
            if mine is None or mine["hash"] != kept.get("hash"):
                yield Problem(f"seal #{kept.get('number')}", "is not the one that was published")
        yield from _seals()
        yield from _chains()
        for each in histories:
            # Keys begin at 1: what stands before every seal was put there.
            cursor.execute(f"select id from {each.table} where id < 1")  # noqa: S608
            yield from (Problem(f"{each.table} row {key}", "was inserted afterwards") for (key,) in cursor.fetchall())
        for statement in checks:
            cursor.execute(statement)
            for where, what in cursor.fetchall():
                yield Problem(where, what)


def _seals() -> Iterator[Problem]:
    previous, expected = GENESIS, 1
    sealed_until: dict[str, int] = {}
    # One at a time: their digests are long.
    numbers = HistorySeal.objects.order_by("number").values_list("number", flat=True)
    for number in numbers.iterator(chunk_size=2000):
        row = HistorySeal.objects.get(number=number)
        where = f"seal #{number}"
        if number != expected:
            yield Problem(f"seal #{expected}", f"missing: the next one is #{number}")
        elif row.previous_hash != previous:
            yield Problem(where, "does not follow the seal before it")
        if row.hash != row.expected_hash():
            yield Problem(where, "was changed: its content does not give its hash")
        if row.first != sealed_until.get(row.table, 0) + 1:
            yield Problem(where, f"leaves rows of {row.table} unsealed before {row.first}")
        yield from _rows(row)
        previous, expected, sealed_until[row.table] = row.hash, number + 1, row.last


def _chains() -> Iterator[Problem]:
    """Every chain of evidence, whichever app keeps it; the command of each also verifies the details still kept."""
    for model in apps.get_models():
        if issubclass(model, ChainedEvidence):
            for link in model.broken_links():
                yield Problem(f"{model._meta.label} #{link.sequence}", link.reason)


def _rows(seal: HistorySeal) -> Iterator[Problem]:
    if seal.table not in histories:
        yield Problem(f"seal #{seal.number}", f"is of {seal.table}, which is no history")
        return
    then = dict(_entries(bytes(seal.entries)))
    with connection.cursor() as cursor:
        cursor.execute(_digests(seal.table, seal.columns), [seal.first - 1, seal.last])
        found = {key: bytes(digest) for key, digest in cursor.fetchall()}
    over = _is_over(seal)
    for key in sorted(then.keys() | found.keys()):
        where = f"{seal.table} row {key}"
        if key not in found:
            if not over:
                yield Problem(where, "was removed")
        elif key not in then:
            yield Problem(where, "was inserted afterwards")
        elif then[key] != found[key]:
            yield Problem(where, "was changed")


def _is_over(seal: HistorySeal) -> bool:
    """Whether all that it covers may have ended."""
    until = endings.get(seal.table)() if seal.table in endings else None
    return until is not None and seal.made_at < until + SEALED_BY


def sealed_before(table: str, moment: dt.datetime) -> int:
    """The last key of `table` under a seal so old that its rows, when older than `moment`, may end and be known to have ended."""
    seals = HistorySeal.objects.filter(table=table, made_at__lt=moment + SEALED_BY)
    return int(seals.aggregate(last=Max("last"))["last"] or 0)


def _entries(entries: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(entries), ENTRY_BYTES):
        key = int.from_bytes(entries[start : start + KEY_BYTES], "big", signed=True)
        yield key, entries[start + KEY_BYTES : start + KEY_BYTES + DIGEST_BYTES]


def published() -> list[dict[str, Any]]:
    """The head of each day, for whoever keeps them elsewhere: a history rewritten together with its seals is seen by them."""
    heads = HistorySeal.objects.order_by("made_at__date", "-number").distinct("made_at__date")
    return [
        {"number": row["number"], "made_at": row["made_at"].astimezone(dt.UTC).isoformat(), "hash": row["hash"]}
        for row in heads.values("number", "made_at", "hash")
    ]
