"""kill -9 of the worker while a message leaves: a reminder comes at most once, every other message at least once."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from booking.notifications import tell
from booking.notifications.reminders import remind
from common import clock, tasks
from common.models import OutboxMessage
from tests.factories.booking import AppointmentFactory

ROOT = Path(settings.BASE_DIR)
# Django is loaded once; each job is a process of its own, made before there is a connection.
WORKER = """
import datetime as dt, json, os, sys
import django
django.setup()
from django.conf import settings
settings.EMAIL_BACKEND = "tests.booking.dying_mailbox.DyingMailbox"
from django.utils import timezone
from common import clock
from common.tasks import deliver_messages, deliver_outbox

ends = []
for keys, dies, ahead in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        os.environ["DIES"] = dies
        clock.now = lambda: timezone.now() + dt.timedelta(minutes=ahead)
        deliver_messages(keys) if keys else deliver_outbox()
        os._exit(0)
    ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(ends))
"""


def work(taken: Path, jobs: list[tuple[list[str], str, int]]) -> list[int]:
    """Workers, one after the other: (messages or none for a sweep, how it dies, minutes from now); how each ended."""
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "TAKEN": str(taken),
    }
    command = [sys.executable, "-c", WORKER, json.dumps(jobs)]
    done = subprocess.run(command, env=environment, cwd=ROOT, timeout=120, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return list(json.loads(done.stdout.decode().splitlines()[-1]))


@pytest.mark.django_db(transaction=True)
def test_workers_killed_while_sending(tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "enqueue", lambda *_args: True)
    taken = tmp_path / "taken"
    taken.touch()
    start = clock.now().replace(second=0, microsecond=0) + dt.timedelta(hours=48)
    for _number in range(2):
        appointment = AppointmentFactory(starts_at=start, booked_at=clock.now() - dt.timedelta(days=9))
        tell(appointment, "confirmed", to=("client",))
    remind(now=clock.now())
    by_reminder = {once: list(OutboxMessage.objects.filter(at_most_once=once).order_by("pk")) for once in (True, False)}
    assert [len(rows) for rows in by_reminder.values()] == [2, 2]
    killed = [
        ([row.key], dies, 0)
        for rows in by_reminder.values()
        for row, dies in zip(rows, ("before", "after"), strict=True)
    ]
    # Half of the mails left before their worker died; then the sweep does its work, again and again.
    sweeps: list[tuple[list[str], str, int]] = [([], "", ahead) for ahead in (0, 11, 30)]
    assert work(taken, killed + sweeps) == [-signal.SIGKILL] * 4 + [0] * 3
    came = Counter(taken.read_text().split())
    reminders, ordinary = ([row.message_id for row in by_reminder[once]] for once in (True, False))
    assert [came[message_id] for message_id in reminders] == [0, 1], "better none than two"
    assert [came[message_id] for message_id in ordinary] == [1, 2], "the second time with the same Message-ID"
    fates = list(OutboxMessage.objects.order_by("at_most_once", "pk").values_list("status", flat=True))
    assert fates == ["sent", "sent", "unknown", "unknown"], "whether they left is not claimed to be known"
