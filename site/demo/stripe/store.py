"""The state of the stand-in: one SQLite database, and every request one transaction on it.

Requests are served one at a time (one lock, one connection): a stand-in must be right before it is fast,
and what a test sees must not depend on a race inside the stand-in.
"""

import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Body = dict[str, Any]

ALPHABET = string.ascii_letters + string.digits

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, account);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due REAL NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, created REAL NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ledger_transaction (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, created INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, currency TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ledger_entry (
    ledger_transaction INTEGER NOT NULL REFERENCES ledger_transaction, account TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
TABLES = ("object", "delivery", "idempotency", "ledger_entry", "ledger_transaction", "setting")


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(length))}"


class Store:
    def __init__(self, path: str = ":memory:") -> None:
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(SCHEMA)
        self._lock = threading.RLock()
        self._depth = 0

    def close(self) -> None:
        with self._lock:
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner one joins the outer one."""
        with self._lock:
            if not self._depth:
                self.connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self.connection.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self.connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def rows(self, query: str, *values: object) -> list[Any]:
        with self._lock:
            return self.connection.execute(query, values).fetchall()

    def run(self, query: str, *values: object) -> int:
        """Executes one statement; returns the id of the row it added."""
        with self._lock:
            return self.connection.execute(query, values).lastrowid or 0

    def reset(self) -> None:
        with self.transaction():
            for table in TABLES:
                self.run(f"DELETE FROM {table}")  # noqa: S608 (names are the constants above)

    # Time: the machine's, moved forward on request.

    def now(self) -> int:
        return int(self.precise_now())

    def precise_now(self) -> float:
        return time.time() + float(self.setting("clock_offset", 0))

    # Small settings, as JSON.

    def setting(self, name: str, default: Any = None) -> Any:
        found = self.rows("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(found[0][0]) if found else default

    def set_setting(self, name: str, value: Any) -> None:
        self.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", name, json.dumps(value))

    # Objects. `account` is the connected account that owns the object, empty for the platform.

    def add(self, kind: str, body: Body, *, account: str = "") -> Body:
        self.run(
            "INSERT INTO object (id, kind, account, body) VALUES (?, ?, ?, ?)",
            body["id"],
            kind,
            account,
            json.dumps(body),
        )
        return body

    def save(self, body: Body) -> Body:
        self.run("UPDATE object SET body = ? WHERE id = ?", json.dumps(body), body["id"])
        return body

    def get(self, identifier: str, *, kind: str | None = None, account: str | None = None) -> Body | None:
        found = self.rows("SELECT kind, account, body FROM object WHERE id = ?", identifier)
        if not found or (kind and found[0][0] != kind) or (account is not None and found[0][1] != account):
            return None
        return json.loads(found[0][2])  # type: ignore[no-any-return]

    def owner(self, identifier: str) -> str:
        found = self.rows("SELECT account FROM object WHERE id = ?", identifier)
        return found[0][0] if found else ""

    def find(self, kind: str, *, account: str | None = None, **where: object) -> list[Body]:
        """Newest first; `where` compares members of the body."""
        query = "SELECT body FROM object WHERE kind = ?"
        values: list[object] = [kind]
        if account is not None:
            query, values = query + " AND account = ?", [*values, account]
        for name, value in where.items():
            query, values = query + " AND json_extract(body, ?) = ?", [*values, f"$.{name}", value]
        return [json.loads(body) for (body,) in self.rows(query + " ORDER BY seq DESC", *values)]
