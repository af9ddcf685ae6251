"""A cursor that receives bytes as they are."""

from typing import Any

import psycopg
from django.db import connection
from psycopg.pq import Format


def binary_cursor() -> Any:
    """A cursor of this connection for digests: as text they would take twice the size.

    Django's own interpolates parameters on the client and receives text only; this one is logged and counted like them.
    """
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
