# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""Many attempts by 64 clients on 5 000 times, with cancellations and holds that lapse; what must never happen is counted
among their own practitioners, the database has others: `python tests/bench/attempts.py ATTEMPTS`."""

import multiprocessing
import os
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

from django.db import connections

from tests.bench.figures import keep
from tests.booking.attempts import Agenda, Outcome, run, settle, wrongs
from tests.booking.test_many_attempts import agendas
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory

CLIENTS, PROCESSES, TIMES = 64, 4, 5_000


def main() -> None:
    attempts = int(sys.argv[1])
    for factory in (UserFactory, PractitionerFactory):
        factory.reset_sequence(time.time_ns() // 1_000_000, force=True)
    here: list[Agenda] = []
    while sum(len(agenda.starts) for agenda in here) < TIMES:
        here += agendas(practitioners=1, days=50, seats=4)
    users = [UserFactory() for _ in range(CLIENTS)]
    connections.close_all()
    began = time.perf_counter()
    # Forked, so that 64 clients are not 64 threads behind one lock of the interpreter.
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        share = attempts // PROCESSES
        jobs = [(here, users[n::PROCESSES], share, CLIENTS // PROCESSES, n) for n in range(PROCESSES)]
        outcomes = pool.starmap(_run, jobs)
    took = time.perf_counter() - began
    whole = Outcome()
    for outcome in outcomes:
        whole.counts += outcome.counts
        whole.confirmed |= outcome.confirmed
        whole.cancelled |= outcome.cancelled
        whole.crashes += outcome.crashes
    settle()
    found = wrongs(whole, of=[agenda.practitioner for agenda in here])
    print(f"{attempts} attempts in {took:.0f} s: {dict(whole.counts)}")
    print(f"what must never happen: {found}")
    if whole.crashes:
        print(whole.crashes[:5])
    keep("attempts wrong", sum(found.values()))


def _run(here: list[Agenda], users: list[object], attempts: int, clients: int, seed: int) -> Outcome:
    return run(here, users, attempts=attempts, clients=clients, seed=seed)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
