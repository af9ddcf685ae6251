"""SQL that never changes, sent as what it is: prepared once by each connection, then its name and its values.

A cursor finds out anew each time what it is asked, how, and how often before: two thirds of what a small query costs this side of the
wire. How values are written and read, how errors are told and how an answer is waited for stays psycopg's.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from psycopg import Connection, errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]
# Of one text, values of other types are another statement; PostgreSQL need not remember more of them.
MOST = 300
_MARK = re.compile(r"%(?:\((\w+)\))?([s%])")


class _Sql(NamedTuple):
    """As PostgreSQL reads it, with `$1` for a value; the names of the values, if they have some."""

    text: bytes
    names: tuple[str, ...]
    formats: tuple[PyFormat, ...]


@lru_cache(maxsize=500)
def _read(sql: str) -> _Sql:
    places: dict[str, int] = {}
    count = 0

    def numbered(found: re.Match[str]) -> str:
        nonlocal count
        name, kind = found.groups()
        if kind == "%":
            return "%"
        if name is None or name not in places:
            count += 1
            places[name or f"{count}."] = count
        return f"${places[name] if name else count}"

    text = _MARK.sub(numbered, sql).encode()
    return _Sql(text, tuple(name for name in places if not name.endswith(".")), (PyFormat.AUTO,) * count)


class Full(Exception):
    """This connection remembers enough of them: ask by a cursor, which forgets the oldest."""


class Statements:
    """Those of one connection, for as long as it lives."""

    def __init__(self, connection: "Connection[Any]") -> None:
        self.connection = connection
        self._values = Transformer(connection)
        self._known: dict[tuple[str, tuple[int, ...] | None], bytes] = {}

    def ask(self, sql: str, values: Values) -> tuple[list[Row], int]:
        """The rows of the answer, and how many were read or written. Raises psycopg's errors, and Full."""
        text, names, formats = _read(sql)
        given = [values[name] for name in names] if isinstance(values, Mapping) else values
        connection, translate = self.connection, self._values
        with connection.lock:
            pgconn = connection.pgconn
            if not connection.autocommit and pgconn.transaction_status == TransactionStatus.IDLE:
                self._checked(pgconn.exec_(b"BEGIN"))
            sent = translate.dump_sequence(given, formats)
            name = self._known.get((sql, translate.types)) or self._prepared(sql, text, translate.types)
            pgconn.send_query_prepared(name, sent, translate.formats)
            (result,) = connection.wait(generators.execute(pgconn))
            self._checked(result)
            if result.status != ExecStatus.TUPLES_OK:
                return [], result.command_tuples or 0
            translate.set_pgresult(result)
            rows: list[Row] = translate.load_rows(0, result.ntuples, tuple)
        return rows, len(rows)

    def _prepared(self, sql: str, text: bytes, types: tuple[int, ...] | None) -> bytes:
        if len(self._known) >= MOST:
            raise Full
        name = f"compiled_{len(self._known)}".encode()
        self._checked(self.connection.pgconn.prepare(name, text, types))
        self._known[sql, types] = name
        return name

    def _checked(self, result: Any) -> None:
        status = result.status
        if status == ExecStatus.FATAL_ERROR or status == ExecStatus.BAD_RESPONSE:
            raise errors.error_from_result(result, encoding="utf-8")
