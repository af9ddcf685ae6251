# ruff: noqa: T201 (a script: its output is its purpose)
"""The team's registers with so many rows in each: `python tests/bench/registers.py 100000`. Needs an empty, migrated DATABASE_URL.

One real row of each is made by the tests' factories and multiplied by SQL, its unique columns and its dates apart. Then a superuser
asks for the list, a page far down, a word searched for and a filter, through Django and its middleware.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from figures import keep, show  # noqa: F401 (the site is set up by it)

# isort: split
from django.conf import settings
from django.db import connection, models
from django.test import Client
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.models import Appointment, ClientRequest
from common.models import OutboxMessage
from legal.models import Acceptance, AcceptanceDetail, Report
from practitioners.models import ApplicationItem, Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory
from tests.factories.legal import make_acceptance, make_version
from tests.plugins.people import sign_in_fully

ROUNDS = 7
# Keys of the multiplied rows begin behind those that the factories made.
BEYOND = 1_000


def multiply(model: type[models.Model], count: int) -> None:
    """`count` more rows like the first of `model`; what belongs to one row of another table counts along with that table's.

    Triggers are asleep meanwhile: what they write is not what a list shows.
    """
    table, pk = model._meta.db_table, model._meta.pk
    assert pk is not None
    unique = {name for names in model._meta.total_unique_constraints for name in names.fields}
    unique |= {name for names in model._meta.unique_together for name in names}
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if field.generated:
            continue
        column = connection.ops.quote_name(field.column)
        columns.append(column)
        if field.primary_key or (isinstance(field, models.OneToOneField) and not field.null):
            values.append(f"{column} + {BEYOND} + n")
        elif isinstance(field, models.DateTimeField) and not field.null:
            values.append(f"{column} - n * interval '3 minutes'")
        elif (field.unique or field.name in unique) and isinstance(field, models.CharField):
            values.append(f"left({column}, {max((field.max_length or 60) - 7, 1)}) || n")
        elif field.unique and isinstance(field, models.IntegerField):
            values.append(f"{column} + n")
        elif field.unique and isinstance(field, models.UUIDField):
            values.append("gen_random_uuid()")
        elif field.unique and field.null:
            values.append("null")
        else:
            values.append(column)
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} from"
            f" (select * from {table} order by {pk.column} limit 1) as one, generate_series(1, %s) as n",
            [count],
        )
        cursor.execute("set session_replication_role = origin")
        cursor.execute(f"analyze {table}")


def fill(count: int) -> None:
    appointment = AppointmentFactory()
    UserFactory()
    make_acceptance(make_version(), user=appointment.client)
    multiply(User, count)
    multiply(Practitioner, count)
    multiply(Appointment, count)
    multiply(Acceptance, count)
    multiply(AcceptanceDetail, count)
    for model in (ApplicationItem, OutboxMessage, Report, ClientRequest):
        if model.objects.exists():
            multiply(model, count)


def milliseconds(ask: Callable[[], object]) -> float:
    found = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        ask()
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found[1:])


def main() -> None:
    count = int(sys.argv[1])
    settings.ALLOWED_HOSTS = ["*"]
    fill(count)
    client = Client()
    sign_in_fully(client, User.objects.create_superuser("registres@exemple.fr", "Pissenlit-au-vent-9"))
    slowest = 0.0
    for register in ModelAdmin.__subclasses__():
        one = register()
        rows = one.model._default_manager.count()
        if rows < count:
            continue
        asked = ["", "?p=3", "?p=900"]
        asked += ["?q=morel"] if one.search_fields else []
        first = next(iter(one.list_filter or ()), None)
        asked += [f"?{first}__exact=listed"] if isinstance(first, str) else []
        for query in asked:
            address = f"{one.url_helper.index_url}{query}"
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, (address, answer.status_code)
            spent = milliseconds(lambda address=address: client.get(address, follow=True))
            slowest = max(slowest, spent)
            print(f"{register.__name__:24} {rows:>8} rows  {query:24} {spent:7.0f} ms")
    keep("registers slowest", slowest)


if __name__ == "__main__":
    main()
