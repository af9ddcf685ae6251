"""A process that books and cancels without end until it is killed, and one that says what is true afterwards.

`python booking_process.py prepare|book|check JOURNAL`, on the database of DATABASE_URL. What clients were told is in JOURNAL.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402 (settings first)

django.setup()

from accounts.models import User  # noqa: E402
from booking.models import GroupSession  # noqa: E402
from booking.slots import next_slots  # noqa: E402
from common.clock import now  # noqa: E402
from practitioners.models import Service  # noqa: E402
from tests.booking import attempts  # noqa: E402
from tests.booking.attempts import Agenda, Outcome  # noqa: E402
from tests.booking.test_many_attempts import agendas  # noqa: E402
from tests.factories.accounts import UserFactory  # noqa: E402

CLIENTS = 4


def prepare() -> None:
    agendas(practitioners=2, days=40, seats=3)
    for _number in range(CLIENTS):
        UserFactory()


def book(journal: Path) -> None:
    here = []
    for service in Service.objects.select_related("practitioner"):
        if service.is_group:
            starts = list(GroupSession.objects.filter(service=service).values_list("starts_at", flat=True))
        else:
            days = next_slots([service.practitioner_id], now=now(), days=40, per_day=50)[service.practitioner_id]
            starts = [slot.start for day in days for slot in day.slots]
        here.append(Agenda(service.practitioner, service, starts))
    users = list(User.objects.order_by("-pk")[:CLIENTS])
    with journal.open("a") as told:
        print("ready", flush=True)  # noqa: T201 (read by the test that kills this process)
        seed = os.getpid()
        while True:
            attempts.run(here, users, attempts=CLIENTS * 10, clients=CLIENTS, seed=seed, journal=told)
            attempts.settle()
            seed += 100_000


def check(journal: Path) -> None:
    outcome = Outcome()
    for line in journal.read_text().splitlines():
        what, _, pk = line.partition(" ")
        if pk.isdigit():
            (outcome.confirmed if what == "booked" else outcome.cancelled).add(int(pk))
    attempts.settle()
    found = attempts.wrongs(outcome, interrupted=True)
    # Who is killed between writing and telling told nobody: that is the client's mail, which the outbox holds.
    found.pop("booked without a client being told")
    print(json.dumps({"wrong": found, "told": len(outcome.confirmed)}))  # noqa: T201


def main(arguments: Sequence[str]) -> None:
    journal = Path(arguments[1])
    {"prepare": prepare, "book": lambda: book(journal), "check": lambda: check(journal)}[arguments[0]]()


if __name__ == "__main__":
    main(sys.argv[1:])
