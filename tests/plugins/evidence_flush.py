"""Tests that commit empty every table afterwards; evidence refuses TRUNCATE, so that flush runs with the triggers off."""

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

_flush = DatabaseOperations.execute_sql_flush


def _flush_evidence_too(self: DatabaseOperations, sql_list: list[str]) -> None:
    with self.connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        try:
            _flush(self, sql_list)
        finally:
            cursor.execute("set session_replication_role = origin")


@pytest.fixture(scope="session", autouse=True)
def _evidence_can_be_flushed():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", _flush_evidence_too)
        yield
