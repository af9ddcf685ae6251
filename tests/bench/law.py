# ruff: noqa: E402, T201 (a script: settings first, its output is its purpose, its SQL is made of its own constants)
"""The scale of the law. `python tests/bench/law.py acceptances 1000000`: so many acceptances, with their details and the anchors of
their days, verified in a process of its own whose memory is watched. `python tests/bench/law.py retention 5000000 URL`: so many rows
that are over, ended in batches beside a site that somebody reads at URL."""

import datetime as dt
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

from django.conf import settings
from django.db import connection, connections

from accounts.models import User
from common.clock import now
from common.models import OutboxMessage
from common.models.evidence import GENESIS
from common.retention import rules
from legal.actions import anchors
from legal.models import Acceptance, AcceptanceDetail, LegalVersion
from legal.retention import engine, periods
from tests.bench.figures import keep
from tests.bench.load import ask
from tests.factories.accounts import UserFactory
from tests.factories.booking import past_triggers
from tests.factories.legal import make_version
from tests.factories.retention import approve

DAYS, PEOPLE = 20, 1_000
RULE = "message-words"
# What a reader of the site asks for while a night goes on.
PAGES = ("/recherche/", "/recherche/classement/", "/documents/", "/retractation/")
COPIED = {
    Acceptance: "(id, sequence, recorded_at, commitment, previous_hash, hash, version_id, refused)",
    AcceptanceDetail: "(acceptance_id, user_id, box_text, page, ip, agent, proved, salt)",
}


def chained(count: int, version: LegalVersion, people: list[int]) -> Iterator[tuple[Acceptance, AcceptanceDetail]]:
    """The links that `acceptances.accept` would have written, one after another."""
    previous, moment = GENESIS, now() - dt.timedelta(days=DAYS + 2)
    for number in range(1, count + 1):
        detail = AcceptanceDetail(
            acceptance_id=number, user_id=people[number % len(people)], box_text="J’accepte les conditions (version 1).",
            page="/rendez-vous/<reference>/verifier/", ip="192.0.2.14", agent="Mozilla/5.0 (banc)", salt=secrets.token_hex(32),
        )  # fmt: skip
        row = Acceptance(
            pk=number, sequence=number, recorded_at=moment, previous_hash=previous, version=version,
            commitment=detail.expected_commitment(version=version, refused=False, recorded_at=moment),
        )  # fmt: skip
        row.hash = previous = row.expected_hash()
        yield row, detail


def write_acceptances(count: int) -> None:
    version = make_version(now=now() - dt.timedelta(days=DAYS + 5))
    User.objects.bulk_create(User(email=f"banc{number}@exemple.fr") for number in range(PEOPLE))
    people = list(User.objects.values_list("pk", flat=True))
    rows = chained(count, version, people)
    for day in range(DAYS):
        part = list(islice(rows, -(-count // DAYS)))
        with connection.cursor() as cursor:
            cursor.execute("set synchronous_commit = off")
            with cursor.copy(f"copy legal_acceptance {COPIED[Acceptance]} from stdin") as copy:
                for row, _detail in part:
                    copy.write_row(
                        (
                            row.pk,
                            row.sequence,
                            row.recorded_at,
                            row.commitment,
                            row.previous_hash,
                            row.hash,
                            version.pk,
                            False,
                        )
                    )
            with cursor.copy(f"copy legal_acceptancedetail {COPIED[AcceptanceDetail]} from stdin") as copy:
                for _row, each in part:
                    copy.write_row(
                        (
                            each.acceptance_id,
                            each.user_id,
                            each.box_text,
                            each.page,
                            each.ip,
                            each.agent,
                            True,
                            each.salt,
                        )
                    )
        anchors.anchor_yesterday(now=now() - dt.timedelta(days=DAYS - day))
    with connection.cursor() as cursor:
        cursor.execute("analyze legal_acceptance; analyze legal_acceptancedetail")


def verified(*arguments: str) -> tuple[float, float, str]:
    """Seconds and megabytes at its most of the command, as an operator runs it, and what it says."""
    command = [sys.executable, "manage.py", "verify_acceptances", *arguments]
    began, most = time.perf_counter(), 0
    process = subprocess.Popen(
        command, cwd=Path(__file__).resolve().parents[2], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    # Its own memory alone: what `wait4` tells of a process includes that of this one, from which it was forked.
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        if found := re.search(r"VmHWM:\s+(\d+)", status.read_text()):
            most = max(most, int(found[1]))
        time.sleep(0.1)
    said = process.stdout.read() if process.stdout else ""
    return time.perf_counter() - began, most / 1024, said


def acceptances(count: int) -> None:
    start, empty, _said = verified()
    began = time.perf_counter()
    write_acceptances(count)
    print(f"{count} acceptances written in {time.perf_counter() - began:.0f} s, with {DAYS} anchors")
    seconds, most, said = verified()
    assert f"{count} acceptances whole, {count} with their details" in said, said
    print(
        f"verified in {seconds:.1f} s, of which {start:.1f} s to begin, {most - empty:.0f} MB more at its peak than for an empty chain ({empty:.0f} MB)"
    )
    # In proportion, of fewer: the start of the command is once.
    keep("acceptances verified", start + (seconds - start) * 1_000_000 / count)
    keep("acceptances memory", most - empty)
    wrong = count // 2
    with past_triggers(), connection.cursor() as cursor:
        cursor.execute("update legal_acceptance set refused = true where sequence = %s", [wrong])
    _seconds, _most, said = verified()
    assert f"acceptance #{wrong}: was changed" in said, said
    print(f"one that was changed is named: #{wrong}")


def write_messages(count: int) -> None:
    """Messages sent two years ago, whose words are over, and a tenth as many that stay."""
    model = OutboxMessage.objects.create(
        key="banc", to="banc@exemple.fr", subject="Votre rendez-vous", text="Bonjour,\n\nà bientôt.\n" * 10, html="<p>x</p>" * 20,
        status=OutboxMessage.Status.SENT, sent_at=now(), next_attempt_at=now(),
    )  # fmt: skip
    old = "now() - interval '2 years' - g * interval '1 second'"
    moments = {'"created_at"', '"sent_at"', '"next_attempt_at"'}
    columns = [f'"{field.column}"' for field in OutboxMessage._meta.concrete_fields if not field.primary_key]
    for what, rows, moment in (("over", count, old), ("kept", count // 10, "now() - interval '1 day'")):
        values = ", ".join(
            f"'{what}-' || g" if name == '"key"' else moment if name in moments else f"x.{name}" for name in columns
        )
        with past_triggers(), connection.cursor() as cursor:
            cursor.execute(
                f"insert into common_outboxmessage ({', '.join(columns)}) select {values}"
                f" from common_outboxmessage x, generate_series(1, %s) g where x.id = %s",
                [rows, model.pk],
            )
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze common_outboxmessage")


class Night(threading.Thread):
    """The run of the rule, in parts as the task does, until nothing is left."""

    def __init__(self) -> None:
        super().__init__()
        self.ended, self.state, self.seconds = 0, "", 0.0

    def run(self) -> None:
        began = time.perf_counter()
        try:
            moment = now()
            while self.state in {"", "running"}:
                outcome = engine.run_rule(
                    rules.get(RULE), now=moment, versions=periods.last_versions(), until=time.monotonic() + 90
                )
                self.ended, self.state = outcome.ended, str(outcome.state)
        finally:
            self.seconds = time.perf_counter() - began
            connections.close_all()


def retention(count: int, url: str) -> None:
    settings.RETENTION_BRAKE_PERCENT = 100
    UserFactory.reset_sequence(int(time.time()) % 10**9, force=True)
    began = time.perf_counter()
    write_messages(count)
    print(f"{count} messages written in {time.perf_counter() - began:.0f} s")
    approve(RULE, now=now())

    def usual(seconds: float) -> tuple[float, float]:
        load = ask(url, lambda number: PAGES[number % len(PAGES)], seconds=seconds, clients=1)
        return load.p50, load.p95

    usual(3)
    alone = [usual(10)]
    night = Night()
    night.start()
    beside = []
    while night.is_alive():
        beside.append(usual(5))
    night.join()
    alone.append(usual(10))
    assert night.state == "done", night.state
    left = OutboxMessage.objects.exclude(text="").count()
    assert night.ended >= count, night.ended
    assert left == count // 10 + 1, left
    before, during = (sum(p50 for p50, _p95 in each) / len(each) for each in (alone, beside))
    tails = [max(p95 for _p50, p95 in each) for each in (alone, beside)]
    print(
        f"{night.ended} ended in {night.seconds:.0f} s ({night.ended / night.seconds:,.0f} a second); a page took {before:.1f} ms"
        f" without, {during:.1f} ms beside ({during / before:.2f} ×); p95 {tails[0]:.1f} and {tails[1]:.1f} ms"
    )
    keep("retention beside the site", during / before)
    keep("retention rows a second", night.ended / night.seconds)


def main() -> None:
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "acceptances":
        acceptances(count)
    else:
        retention(count, sys.argv[3])


if __name__ == "__main__":
    main()
