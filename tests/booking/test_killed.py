"""kill -9 of the process that books, and of PostgreSQL itself, in the middle of anything: what was told stays true.

On a database of its own, written to the disk as in production. `KILLS` says how often (`make bench` takes more).
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection

from demo.embedded import Folder, Postgres
from demo.embedded.postgres import binary
from demo.processes import Process
from demo.stripe.server import StandIn

ROOT = Path(settings.BASE_DIR)
SCRIPT, MONEY, STEPS = (
    Path(__file__).with_name(name) for name in ("booking_process.py", "money_process.py", "transition_process.py")
)
# For its tables alone, which are copied: everything here happens elsewhere.
pytestmark = pytest.mark.django_db
KILLS = int(os.environ.get("KILLS", "2"))
# One moment of each step in how many; PostgreSQL takes a moment of its own to recover.
EVERY = {"process": 10, "PostgreSQL": 60} if KILLS <= 2 else {"process": 1, "PostgreSQL": 1}


class House:
    """A durable PostgreSQL and the processes that use it."""

    def __init__(self, folder: Folder) -> None:
        self.postgres = Postgres(folder)
        self.server: Process = self.postgres.start()
        self.postgres.create_database("killed")
        self.journal = folder.path / "journal"
        self.journal.touch()

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.postgres.url("killed"),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
            # Nobody listens there: what is told waits in the outbox, as when the broker is away.
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], env=self.environment(), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def copy_tables(self) -> None:
        """Those of the test database, which are made already."""
        row = connection.settings_dict
        theirs = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**row)
        dumped = subprocess.run([binary("pg_dump"), theirs], capture_output=True, check=True)
        put = [binary("psql"), "--quiet", "--set=ON_ERROR_STOP=1", self.postgres.url("killed")]
        subprocess.run(put, input=dumped.stdout, stdout=subprocess.DEVNULL, check=True)

    def book(self, script: Path = SCRIPT, how: str = "book") -> subprocess.Popen[str]:
        """Bookings under way in a process of their own."""
        process = subprocess.Popen(
            [sys.executable, str(script), how, str(self.journal)],
            env=self.environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def wait_for_bookings(self, count: int) -> None:
        """Until clients were told of that many more: then there is something to lose."""
        known, deadline = len(self.journal.read_text().splitlines()), time.monotonic() + 60
        while len(self.journal.read_text().splitlines()) < known + count:
            assert time.monotonic() < deadline, "nothing is booked"
            time.sleep(0.05)

    def kill_postgres(self) -> None:
        """The server and each of its processes at once, as when the machine loses its power."""
        parent = psutil.Process(self.server.pid)
        for process in [parent, *parent.children(recursive=True)]:
            process.send_signal(signal.SIGKILL)
        self.server.stop()
        (self.postgres.data / "postmaster.pid").unlink(missing_ok=True)

    def findings(self, script: Path = SCRIPT) -> dict[str, object]:
        return dict(json.loads(self.run(str(script), "check", str(self.journal)).splitlines()[-1]))

    def killed(self, process: "subprocess.Popen[str]", *, with_postgres: bool) -> None:
        if with_postgres:
            self.kill_postgres()
        process.kill()
        process.wait(20)
        if process.stdout:
            process.stdout.close()
        if with_postgres:
            self.server = self.postgres.start()


@pytest.fixture(scope="module")
def house(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = Folder(tmp_path_factory.mktemp("killed")).open("the tests that kill")
    house = House(folder)
    try:
        house.copy_tables()
        house.run(str(SCRIPT), "prepare", str(house.journal))
        yield house
    finally:
        house.server.ask_to_stop()
        house.server.stop()
        folder.close()


@pytest.mark.parametrize("victim", ["the process that books", "PostgreSQL"])
def test_what_was_told_stays_true(house: House, victim: str) -> None:
    rng = random.Random(victim)
    for _number in range(KILLS):
        process = house.book()
        house.wait_for_bookings(2)
        time.sleep(rng.uniform(0, 0.4))
        house.killed(process, with_postgres=victim == "PostgreSQL")
    found = house.findings()
    assert not any(found["wrong"].values()), found  # type: ignore[attr-defined]
    assert found["told"], "nothing was booked: nothing was proved"


@pytest.fixture
def cashier(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    """Stripe's stand-in, which nobody kills, and a journal of its own."""
    stand_in = StandIn().start()
    stand_in.control.pause()
    account = {"id": "acct_1Killed000000", "display_name": "Claire Morel", "contact_email": "c@exemple.fr"}
    stand_in.control.add_accounts([account])
    monkeypatch.setenv("STRIPE_API_BASE", stand_in.api_base)
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_killed")
    monkeypatch.setattr(house, "journal", tmp_path / "journal")
    house.journal.touch()
    yield stand_in
    stand_in.stop()


def test_money_is_where_it_should_be_whoever_dies(house: House, cashier: StandIn) -> None:
    """The process that takes payments, and PostgreSQL itself, at any moment: nothing is charged twice, every cent is known."""
    rng = random.Random("money")
    house.run(str(MONEY), "prepare", str(house.journal))
    for number in range(KILLS):
        process = house.book(MONEY, "pay")
        house.wait_for_bookings(3)
        time.sleep(rng.uniform(0, 0.3))
        house.killed(process, with_postgres=number % 2 == 1)
    found = house.findings(MONEY)
    assert not any(found["wrong"].values()), found  # type: ignore[attr-defined]
    assert int(str(found["told"])) >= 3 * KILLS, "too little was paid: nothing was proved"


# The last: what it leaves in the books is nobody's.
@pytest.mark.parametrize("victim", EVERY)
def test_each_step_is_whole_or_not_at_all_whenever_one_dies(house: House, victim: str) -> None:
    """Before each statement of each step from each state, and between what is written and who is told."""
    found = json.loads(house.run(str(STEPS), victim, str(EVERY[victim])).splitlines()[-1])
    assert not found["wrong"], found["wrong"][:3]
    assert all(found["deaths"].values()), found["deaths"]
