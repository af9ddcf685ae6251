"""Django's PostgreSQL, asked less whether it is still there, and to plan once what it is asked again and again."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


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
