"""Queries whose SQL is written once say what Django would say, and rows written so are those that `save()` writes."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.signals import post_init
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from booking.models import Appointment, AppointmentEvent, Status
from common import clock, compiled
from common.compiled import Compiled, Given
from common.models import OutboxMessage
from common.postgres import statements
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory

pytestmark = pytest.mark.django_db


def values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


class TestReading:
    def test_a_row_with_its_relations_is_the_one_that_django_reads(self) -> None:
        kept = AppointmentFactory(cancellation_tiers=[{"hours_before": 48, "percent": 100}])
        rows = Appointment.objects.select_related("practitioner", "service", "place__commune", "policy", "client")
        rows = rows.annotate(whose=F("practitioner__slug")).order_by()
        query: Compiled[Appointment] = Compiled(lambda: rows.filter(pk=Given("pk")))
        for _again in range(5):  # PostgreSQL keeps its plan from the third time on
            with CaptureQueriesContext(connection) as asked:
                found, known = query.first(pk=kept.pk), rows.get(pk=kept.pk)
                assert values(found) == values(known)
                for name in ("practitioner", "service", "place", "policy", "client"):
                    mine, theirs = getattr(found, name), getattr(known, name)
                    assert mine == theirs
                    assert mine is None or values(mine) == values(theirs)
                assert found.place.commune == known.place.commune
                assert found.whose == known.whose == kept.practitioner.slug
            assert len(asked) == 2
        assert query.first(pk=-1) is None
        assert query.exists(pk=kept.pk)
        assert not query.exists(pk=-1)

    def test_values_are_rows(self) -> None:
        users = sorted(UserFactory().pk for _ in range(3))
        query: Compiled[User] = Compiled(
            lambda: User.objects.filter(pk__gte=Given("least")).order_by("pk").values_list("pk")
        )
        assert query.all(least=users[1]) == [(users[1],), (users[2],)]

    def test_a_model_made_of_a_row_is_one_that_was_read(self) -> None:
        kept = AppointmentFactory(client=UserFactory(phone="+33612345678"))
        query: Compiled[Appointment] = Compiled(
            lambda: Appointment.objects.select_related("client", "series").filter(pk=Given("pk")).order_by()
        )
        found = query.first(pk=kept.pk)
        assert (found._state.adding, found._state.db) == (False, "default")
        assert found._read["starts_at"] == found.starts_at
        assert (found.series, type(found.client.phone)) == (None, type(User.objects.get(pk=found.client_id).phone))
        found.service_name = "Autre"
        found.save_changes()
        assert Appointment.objects.get(pk=kept.pk).service_name == "Autre"

    def test_who_listens_to_a_model_being_made_hears_it(self) -> None:
        user, heard = UserFactory(), []

        def hear(instance: User, **_more: Any) -> None:
            heard.append(instance.pk)

        post_init.connect(hear, sender=User)
        try:
            query: Compiled[User] = Compiled(lambda: User.objects.filter(pk=Given("pk")))
            query.first(pk=user.pk)
        finally:
            post_init.disconnect(hear, sender=User)
        assert heard == [user.pk]

    def test_what_was_deferred_is_read_when_it_is_asked_for(self) -> None:
        user = UserFactory(last_name="Martin")
        query: Compiled[User] = Compiled(lambda: User.objects.filter(pk=Given("pk")).defer("last_name"))
        found = query.first(pk=user.pk)
        assert found.get_deferred_fields() == {"last_name"}
        assert found.last_name == "Martin"

    def test_a_value_is_never_part_of_the_sql(self) -> None:
        user = UserFactory(last_name="O'Neill; %s -- %(x)s")
        query: Compiled[User] = Compiled(lambda: User.objects.filter(last_name=Given("name")))
        assert query.first(name=user.last_name) == user

    def test_nothing_is_prefetched(self) -> None:
        query: Compiled[User] = Compiled(lambda: User.objects.filter(pk=Given("pk")).prefetch_related("groups"))
        with pytest.raises(TypeError, match="prefetch"):
            query.first(pk=1)


@pytest.mark.django_db(transaction=True)
def test_locking_asks_for_a_transaction() -> None:
    user = UserFactory()
    query: Compiled[User] = Compiled(lambda: User.objects.select_for_update(no_key=True).filter(pk=Given("pk")))
    with pytest.raises(TransactionManagementError):
        query.first(pk=user.pk)
    with transaction.atomic():
        assert query.first(pk=user.pk) == user
    with pytest.raises(TransactionManagementError):
        query.first(pk=user.pk)


class TestWriting:
    def test_a_row_is_inserted_as_save_does(self) -> None:
        appointment, at = AppointmentFactory(), clock.now()
        mine, theirs = (
            AppointmentEvent(
                appointment=appointment, action="x", before="", after=Status.HELD, by=AppointmentEvent.By.CLIENT, at=at
            )
            for _ in range(2)
        )
        compiled.insert(mine)
        theirs.save()
        mine, theirs = (AppointmentEvent.objects.get(pk=row.pk) for row in (mine, theirs))
        assert values(mine) | {"id": 0} == values(theirs) | {"id": 0}
        assert mine.written_in

    def test_those_that_are_there_already_are_left_alone(self) -> None:
        def message(key: str, to: str) -> OutboxMessage:
            return OutboxMessage(key=key, to=to, facts={"at": clock.now()}, next_attempt_at=clock.now())

        compiled.insert_new([])
        compiled.insert_new([message("a", "one@exemple.fr")])
        compiled.insert_new([message("a", "two@exemple.fr"), message("b", "two@exemple.fr")])
        assert dict(OutboxMessage.objects.values_list("key", "to")) == {"a": "one@exemple.fr", "b": "two@exemple.fr"}
        assert isinstance(OutboxMessage.objects.get(key="a").facts["at"], dt.datetime)

    def test_only_the_fields_that_are_named_are_updated(self) -> None:
        user = UserFactory(first_name="Anne", last_name="Martin")
        user.first_name, user.last_name = "Léa", "Bernard"
        compiled.update(user, ["first_name"])
        user.refresh_from_db()
        assert (user.first_name, user.last_name) == ("Léa", "Martin")
        compiled.update(user, [])
        with pytest.raises(DatabaseError):
            compiled.update(User(pk=-1, first_name="x"), ["first_name"])


class TestSavingChanges:
    """Of an appointment, what differs from what was read."""

    def written(self, appointment: Appointment) -> str:
        with CaptureQueriesContext(connection) as asked:
            appointment.save_changes()
        return " ".join(query["sql"] for query in asked)

    def test_what_changed_is_written_and_nothing_else(self) -> None:
        appointment = Appointment.objects.get(pk=AppointmentFactory().pk)
        appointment.contact_last_name, appointment.cancellation_tiers = "Autre", [{"hours_before": 2, "percent": 50}]
        sql = self.written(appointment)
        assert "contact_last_name" in sql
        assert "cancellation_tiers" in sql
        assert "starts_at" not in sql
        again = Appointment.objects.get(pk=appointment.pk)
        assert values(again) == values(appointment)

    def test_what_a_savepoint_undid_is_written_again(self) -> None:
        appointment = Appointment.objects.get(pk=AppointmentFactory(contact_last_name="Un").pk)

        class Undo(Exception):
            pass

        def undone() -> None:
            appointment.contact_last_name = "Deux"
            appointment.save_changes()
            raise Undo

        with pytest.raises(Undo), transaction.atomic():
            undone()
        appointment.contact_last_name = "Deux"
        appointment.save_changes()
        assert Appointment.objects.get(pk=appointment.pk).contact_last_name == "Deux"
        appointment.contact_last_name = "Un"
        appointment.save_changes()
        assert Appointment.objects.get(pk=appointment.pk).contact_last_name == "Un"

    def test_after_a_refresh_everything_is_written(self) -> None:
        appointment = Appointment.objects.get(pk=AppointmentFactory(contact_last_name="Un").pk)
        Appointment.objects.filter(pk=appointment.pk).update(contact_last_name="Deux")
        appointment.refresh_from_db()
        appointment.contact_last_name = "Un"
        appointment.save_changes()
        assert Appointment.objects.get(pk=appointment.pk).contact_last_name == "Un"

    def test_a_new_one_is_saved(self) -> None:
        model = AppointmentFactory()
        fresh = AppointmentFactory.build(
            practitioner=model.practitioner, service=model.service, place=model.place, client=model.client,
            starts_at=model.starts_at + dt.timedelta(days=1),
        )  # fmt: skip
        fresh.save_changes()
        assert Appointment.objects.filter(pk=fresh.pk).exists()


def test_a_session_that_ended_is_nobodys(client: Any) -> None:
    user = UserFactory()
    client.force_login(user)
    assert client.get("/compte/").wsgi_request.user == user
    Session.objects.update(expire_date=clock.now() - dt.timedelta(seconds=1))
    assert not client.get("/compte/").wsgi_request.user.is_authenticated


def test_an_account_that_was_closed_is_signed_out(client: Any) -> None:
    user = UserFactory()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not client.get("/compte/").wsgi_request.user.is_authenticated


@pytest.mark.django_db(transaction=True)
class TestAsking:
    """By its name, without a cursor: values, transactions and errors are those of any other query."""

    def test_values_come_back_as_a_cursor_reads_them(self) -> None:
        sql = (
            "select %(n)s::int, %(big)s::bigint, %(text)s::text, %(none)s::text, %(at)s::timestamptz, %(day)s::date,"
            " %(yes)s::boolean, %(some)s::int[], %(n)s::int + 1, '%%', %(json)s::jsonb"
        )
        at = dt.datetime(2027, 3, 28, 1, 30, 5, 120_000, dt.UTC)
        values = {
            "n": 7, "big": 2**40, "text": "O'Neill; %s -- é\U0001f600", "none": None, "at": at, "day": dt.date(2027, 3, 28),
            "yes": True, "some": [1, 2], "json": '{"a": 1}',
        }  # fmt: skip
        expected = (7, 2**40, values["text"], None, at, values["day"], True, [1, 2], 8, "%", '{"a": 1}')
        for _again in range(3):
            assert compiled.ask(sql, values) == ([expected], 1)
        with CaptureQueriesContext(connection):
            assert compiled.ask(sql, values) == ([expected], 1)

    def test_it_belongs_to_the_transaction(self) -> None:
        user = UserFactory(first_name="Anne")
        change = "update accounts_user set first_name = %s where id = %s"
        with transaction.atomic():
            assert compiled.ask(change, ["Léa", user.pk]) == ([], 1)
            transaction.set_rollback(True)
        user.refresh_from_db()
        assert user.first_name == "Anne"
        with transaction.atomic():
            compiled.ask(change, ["Léa", user.pk])
        user.refresh_from_db()
        assert user.first_name == "Léa"

    def test_an_error_is_told_as_any_other_and_the_connection_serves_on(self) -> None:
        wrong = "insert into accounts_user (id) values (%s)"
        for _again in range(2):
            with pytest.raises(IntegrityError) as told:
                compiled.ask(wrong, [1])
            assert told.value.__cause__.diag.sqlstate == "23502"  # type: ignore[union-attr]
        with pytest.raises(DataError):
            compiled.ask("select 1 / %s::int", [0])
        with transaction.atomic():
            with pytest.raises(IntegrityError), transaction.atomic():
                compiled.ask(wrong, [1])
            assert compiled.ask("select %s::int", [5]) == ([(5,)], 1)

    def test_a_transaction_that_is_to_be_undone_asks_nothing(self) -> None:
        with transaction.atomic():
            transaction.set_rollback(True)
            with pytest.raises(TransactionManagementError):
                compiled.ask("select %s::int", [5])

    def test_a_connection_that_remembers_enough_asks_by_a_cursor(self, monkeypatch) -> None:
        connection.close()
        monkeypatch.setattr(statements, "MOST", 1)
        for number in range(3):
            assert compiled.ask(f"select {number} + %s::int", [5]) == ([(number + 5,)], 1)

    @pytest.mark.parametrize(
        "moment", ["2027-03-28 01:30:00+00", "0999-01-01 00:00:00.5+00", "9999-12-31 23:59:59.999999+00"]
    )
    def test_moments_are_those_that_django_reads(self, moment: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select %s::timestamptz", [moment])
            (read,) = cursor.fetchone()
        assert read == dt.datetime.fromisoformat(moment)
        assert read.tzinfo is dt.UTC
        assert compiled.ask("select %s::timestamptz", [moment]) == ([(read,)], 1)

    def test_a_moment_that_python_cannot_say_is_refused_as_ever(self) -> None:
        for moment in ("infinity", "20270-01-01 00:00:00+00"):
            with pytest.raises(DataError):
                compiled.ask("select %s::text::timestamptz", [moment])
