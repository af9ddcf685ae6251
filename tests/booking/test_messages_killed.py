"""kill -9 of the worker while a message leaves: a reminder comes at most once, every other message at least once."""

import datetime as dt
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
WORKER = """
import django
django.setup()
from django.utils import timezone
import datetime as dt, os, sys
from common import clock
ahead = dt.timedelta(minutes=float(os.environ["AHEAD"]))
clock.now = lambda: timezone.now() + ahead
from common.tasks import deliver_outbox, deliver_messages
if sys.argv[1:]:
    deliver_messages(sys.argv[1:])
else:
    deliver_outbox()
"""


def work(taken: Path, *keys: str, dies: str = "", ahead: float = 0) -> int:
    """A worker of its own: delivers these, or what the sweep finds `ahead` minutes from now; how it ended."""
    database = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tests.booking.dying_settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "TAKEN": str(taken),
        "DIES": dies,
        "AHEAD": str(ahead),
    }
    done = subprocess.run(
        [sys.executable, "-c", WORKER, *keys], env=environment, cwd=ROOT, timeout=90, capture_output=True, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
    return done.returncode


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
    for rows in by_reminder.values():
        for row, dies in zip(rows, ("before", "after"), strict=True):
            assert work(taken, row.key, dies=dies) == -signal.SIGKILL
    # Half of the mails left before their worker died; now the sweep does its work, again and again.
    for ahead in (0, 11, 30):
        assert work(taken, ahead=ahead) == 0
    came = Counter(taken.read_text().split())
    reminders, ordinary = ([row.message_id for row in by_reminder[once]] for once in (True, False))
    assert [came[message_id] for message_id in reminders] == [0, 1], "better none than two"
    assert [came[message_id] for message_id in ordinary] == [1, 2], "the second time with the same Message-ID"
    fates = list(OutboxMessage.objects.order_by("at_most_once", "pk").values_list("status", flat=True))
    assert fates == ["sent", "sent", "unknown", "unknown"], "whether they left is not claimed to be known"
