"""Django's PostgreSQL, asked less whether it is still there, and to plan once what it is asked again and again."""

import datetime as dt
import select
from _thread import get_ident
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from psycopg.pq import TransactionStatus

from common.postgres.statements import Full, Row, Statements, Values


class QuickMoment(BaseTzLoader):
    """A moment, which the server writes in UTC, is read by Python itself: Django takes it apart by an expression."""

    timezone = dt.UTC

    def load(self, data: Any) -> dt.datetime:
        text = str(data, "ascii")
        # Years of five digits, "infinity": Django knows what to say.
        return dt.datetime.fromisoformat(text) if text[4] == "-" and text[-3:] == "+00" else super().load(data)


class DatabaseWrapper(base.DatabaseWrapper):
    def init_connection_state(self) -> None:
        """Of compiled queries, the only ones with parameters, the first plan is kept.

        By itself PostgreSQL plans anew at each asking where it believes that the values matter: five of a booking's queries,
        which cost twice as much to plan as to answer. Their values do not matter: each finds its rows by an index.
        """
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode TO force_generic_plan")
        if not self.get_autocommit():
            self.connection.commit()
        if settings.USE_TZ and self.timezone == dt.UTC:
            self.connection.adapters.register_loader("timestamptz", QuickMoment)
        # psycopg prepares nothing of its own: after a rollback it forgets what it prepared by DEALLOCATE ALL, ours with it.
        self.connection.prepare_threshold = None
        self._statements = Statements(self.connection)

    def ask(self, sql: str, values: Values) -> tuple[list[Row], int]:
        """The rows that SQL which never changes answers, and how many it read or wrote; by a cursor where somebody listens to queries."""
        if not self.health_check_done:  # type: ignore[attr-defined]
            self.close_if_health_check_failed()
        self.ensure_connection()
        if not (self.force_debug_cursor or self.execute_wrappers or self.queries_logged):
            if self._thread_ident != get_ident():  # type: ignore[attr-defined]
                self.validate_thread_sharing()
            self.validate_no_broken_transaction()
            with self.wrap_database_errors:
                try:
                    return self._statements.ask(sql, values)
                except Full:
                    pass
        with self.wrap_database_errors:
            raw = ServerBindingCursor(self.connection)  # type: ignore[call-arg]
            cursor = self._prepare_cursor(raw)  # type: ignore[attr-defined]
        with cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall() if cursor.description else []
            return rows, cursor.rowcount

    def is_usable(self) -> bool:
        """Before the first query of a request (`CONN_HEALTH_CHECKS`).

        A server that stopped has closed the connection, which the socket says at once; only when it has something to say is it
        asked by a query, a tenth of what a small answer costs. A connection lives a minute at most (`CONN_MAX_AGE`).
        """
        held = self.connection
        if held is not None and not held.closed and held.pgconn.transaction_status == TransactionStatus.IDLE:
            poll = select.poll()
            poll.register(held.pgconn.socket, select.POLLIN)
            if not poll.poll(0):
                return True
        return super().is_usable()
