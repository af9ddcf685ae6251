"""A connection that the server closed is replaced before a request meets it; one that stands is not asked."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from common.compiled import ask
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_that_stands_is_not_asked() -> None:
    UserFactory()
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert not asked.captured_queries


def test_one_that_the_server_closed_is_replaced(client) -> None:
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    assert not connection.is_usable()
    connection.health_check_enabled, connection.health_check_done = True, False
    assert not UserFactory._meta.model.objects.filter(email="nobody@exemple.fr").exists()
    assert connection.connection.info.backend_pid != pid


def test_in_a_transaction_that_failed_it_is_not() -> None:
    connection.ensure_connection()
    connection.connection.autocommit = False
    try:
        with connection.connection.cursor() as cursor, pytest.raises(Exception, match="division by zero"):
            cursor.execute("select 1 / 0")
        assert not connection.is_usable()
    finally:
        connection.close()


def test_a_compiled_query_is_planned_once() -> None:
    for number in range(8):
        ask("select id from accounts_user where email > %s order by email limit 1", [f"{number}"])
    with connection.cursor() as cursor:
        cursor.execute(
            "select generic_plans, custom_plans from pg_prepared_statements where statement like 'select id from accounts_user%%'"
        )
        assert cursor.fetchall() == [(8, 0)]


def test_what_was_prepared_outlives_what_is_undone() -> None:
    """Also where somebody listened, and psycopg was asked the same often enough to prepare it."""
    assert ask("select 1 + %s::int", [1]) == ([(2,)], 1)
    with transaction.atomic(), CaptureQueriesContext(connection):
        for _again in range(8):
            ask("select 1 + %s::int", [1])
        transaction.set_rollback(True)
    assert ask("select 1 + %s::int", [1]) == ([(2,)], 1)
