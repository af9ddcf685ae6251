"""A process that takes every step of an appointment's life and dies, or loses PostgreSQL, at each moment of it in turn.

`python transition_process.py process|PostgreSQL EVERY`, on the database of DATABASE_URL, which it kills: one of its own. EVERY:
one moment of how many (1 takes them all). Prints what it found as JSON.
"""

import datetime as dt
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402 (settings first)

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.utils import DatabaseError  # noqa: E402

from accounts.models import User  # noqa: E402
from booking import lifecycle  # noqa: E402
from booking.lifecycle import TRANSITIONS, Step  # noqa: E402
from booking.models import Appointment, Occupation, Payment, Refund, Status  # noqa: E402
from common.clock import now  # noqa: E402
from common.models import OutboxMessage  # noqa: E402
from practitioners.models import Practitioner, ReviewInvitation  # noqa: E402
from tests.booking.test_lifecycle import in_state  # noqa: E402
from tests.factories.accounts import UserFactory  # noqa: E402
from tests.factories.booking import AppointmentFactory, PaymentFactory, StripeAccountFactory  # noqa: E402
from tests.factories.practitioners import PractitionerFactory  # noqa: E402
from tests.forks import WITHOUT_DATABASE, forked  # noqa: E402

Seen = dict[str, Any]
# After the last statement: the transaction is written, whoever took the step was not told.
WRITTEN = -1
HOURS = iter(range(24, 10_000_000, 2))


def scene(step: Step, source: Status, practitioner: Practitioner) -> Appointment:
    """An appointment in `source`, with the money that such a one has."""
    starts_at = now() + dt.timedelta(hours=next(HOURS))
    row = in_state(source, practitioner=practitioner, starts_at=starts_at)
    if source in {Status.CONFIRMED, Status.REQUESTED}:
        paid = Payment.Status.PAID if source == Status.CONFIRMED else Payment.Status.AUTHORISED
        PaymentFactory(appointment=row, status=paid)
    return row


def seen(row: Appointment) -> Seen:
    """All that the step may change, in words that two appointments can share."""
    found = Appointment.objects.get(pk=row.pk)
    keys = OutboxMessage.objects.filter(key__contains=str(row.reference)).values_list("key", flat=True)
    return {
        "state": str(found.status),
        "steps": list(found.events.order_by("pk").values_list("action", flat=True)),
        "takes the time": Occupation.objects.filter(appointment=found).exists(),
        "messages": sorted(key.replace(str(row.reference), "") for key in keys),
        "money": sorted(found.payments.values_list("status", flat=True)),
        "refunds": sorted(Refund.objects.filter(payment__appointment=found).values_list("amount_cents", flat=True)),
        "reviews": ReviewInvitation.objects.filter(reference=f"appointment-{row.reference}").count(),
        "cancelled": found.cancelled_at is not None,
    }


def take(pk: int, step: Step) -> None:
    with transaction.atomic():
        row = Appointment.objects.select_for_update(no_key=True).get(pk=pk)
        lifecycle.move(row, step, by=sorted(TRANSITIONS[step].by)[0], now=now())


def dying(pk: int, step: Step, moment: int, victim: str) -> int:
    """Take the step in a process that ends before its statement number `moment`; how it ended."""

    def end() -> None:
        if victim == "process":
            os.kill(os.getpid(), signal.SIGKILL)
        # One of its processes killed, PostgreSQL gives up all of them and recovers from its log.
        os.kill(connection.connection.info.backend_pid, signal.SIGKILL)

    count = 0

    def cut(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        if count == moment:
            end()
        count += 1
        return execute(sql, params, many, context)

    def act() -> None:
        connection.ensure_connection()
        with connection.execute_wrapper(cut), transaction.atomic():
            if moment == WRITTEN:
                transaction.on_commit(end)
            take(pk, step)

    return forked(act)


def statements(pk: int, step: Step) -> int:
    """How many the step makes."""
    count = 0

    def counted(execute: Any, *given: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*given)

    with connection.execute_wrapper(counted):
        take(pk, step)
    return count


def wait_for_database() -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            connection.close()
            connection.ensure_connection()
        except DatabaseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def died(status: int, victim: str) -> bool:
    if victim == "process":
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) in {0, WITHOUT_DATABASE}


def kill_at_each_moment(victim: str, every: int) -> dict[str, Any]:
    # Another process was here before, and gave out the first numbers.
    for factory in (UserFactory, PractitionerFactory, AppointmentFactory, PaymentFactory, StripeAccountFactory):
        factory.reset_sequence(100_000 + (User.objects.count() + 1) * 1_000, force=True)
    wrong, deaths = [], dict.fromkeys(map(str, Step), 0)
    practitioner = PractitionerFactory()
    shift = 0
    for step, table in TRANSITIONS.items():
        for source in sorted(table.sources):
            # The first time fills what the process remembers, and asks more than the others will.
            statements(scene(step, source, practitioner).pk, step)
            example = scene(step, source, practitioner)
            untouched = seen(example)
            moments = range(statements(example.pk, step))
            complete = seen(example)
            # Which moments are taken moves on from step to step, so that few cover first, middle and last ones.
            for moment in [WRITTEN, *moments[shift % every :: every]]:
                row = scene(step, source, practitioner)
                status = dying(row.pk, step, moment, victim)
                wait_for_database()
                deaths[step] += died(status, victim)
                facts = {"step": step, "from": source, "moment": moment}
                expected = complete if moment == WRITTEN else untouched
                found = seen(row)
                if not died(status, victim) or found != expected:
                    wrong.append({**facts, "status": status, "found": found, "expected": expected})
                elif moment != WRITTEN:
                    # Who asks again gets it, once.
                    take(row.pk, step)
                    if seen(row) != complete:
                        wrong.append({**facts, "again": seen(row), "expected": complete})
            shift += 1
    return {"wrong": wrong, "deaths": deaths}


def main(arguments: Sequence[str]) -> None:
    # A broker that takes everything: what its workers do then is not the step's.
    with mock.patch("common.queue.is_plain", return_value=True), mock.patch("common.queue.put"):
        found = kill_at_each_moment(arguments[0], int(arguments[1]))
    print(json.dumps(found))  # noqa: T201 (read by the test)


if __name__ == "__main__":
    main(sys.argv[1:])
