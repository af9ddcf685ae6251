"""An end that is taken back at the very instant it is carried out is one or the other, never both."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from common.errors import DomainError
from practitioners.actions import ends
from practitioners.models import ContractEnd, FileEvent, Practitioner
from tests.factories.practitioners import PractitionerFactory
from tests.practitioners.test_ends import NOW, later

pytestmark = pytest.mark.django_db(transaction=True)
Status = ContractEnd.Status


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each in its own thread and connection; what it returned, or the refusal that it raised."""
    barrier, told = threading.Barrier(len(acts)), {}

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=30)
            told[number] = act()
        except DomainError as error:
            told[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [told[number] for number in range(len(acts))]


def test_an_end_is_taken_back_or_carried_out() -> None:
    seen = set()
    for _round in range(8):
        practitioner = PractitionerFactory()
        end = ends.leave(practitioner=practitioner, reasons="", now=NOW)
        taken_back, carried_out = at_once(
            lambda end=end, who=practitioner.user: ends.withdraw(end=end, by=who, now=later(15)),
            lambda pk=end.pk: ends.carry_out(end_id=pk, now=later(15)),
        )
        end.refresh_from_db()
        practitioner.refresh_from_db()
        kinds = set(practitioner.events.values_list("kind", flat=True))
        if end.status == Status.WITHDRAWN:
            assert carried_out is None
            assert practitioner.status == Practitioner.Status.LISTED
            assert FileEvent.Kind.ENDED not in kinds
        else:
            assert isinstance(taken_back, ends.NoLongerOpen)
            assert practitioner.status == Practitioner.Status.ENDED
            assert FileEvent.Kind.END_OFF not in kinds
        seen.add(end.status)
    assert seen <= {Status.WITHDRAWN, Status.CARRIED_OUT}


def test_two_workers_carry_one_end_out_once() -> None:
    practitioner = PractitionerFactory()
    end = ends.leave(practitioner=practitioner, reasons="", now=NOW)
    done = at_once(*[lambda: ends.carry_out(end_id=end.pk, now=later(15))] * 3)
    assert sum(each is not None for each in done) == 1
    assert practitioner.events.filter(kind=FileEvent.Kind.ENDED).count() == 1
