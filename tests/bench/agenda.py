# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""Free times over HTTP: `python tests/bench/agenda.py KEEPING COMPUTING`, two servers of one database, one of which keeps nothing.

Without arguments it writes what they serve: a practitioner with 2 000 appointments, two others for the growth, a hundred more.
"""

import datetime as dt
import os
import random
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

from django.db import transaction

from booking.models import Appointment, Status
from common.clock import now
from practitioners.models import Practitioner
from tests.bench.figures import keep
from tests.bench.load import Load, ask
from tests.factories.accounts import UserFactory
from tests.factories.booking import AppointmentFactory, bookable_practitioner

SLUGS = {0: "agenda-empty", 2_000: "agenda-2000", 20_000: "agenda-20000"}
TO_COME = 250
HUNDRED = "agenda-many"
ROUNDS = 3


def write() -> None:
    """Appointments of an hour on the half hour: a quarter of what the next 60 days hold, the rest in the past, done."""
    for count, slug in SLUGS.items():
        if not Practitioner.objects.filter(slug=slug).exists():
            _practitioner(slug, past=max(count - TO_COME, 0), to_come=TO_COME)
    for number in range(100):
        slug = f"{HUNDRED}-{number}"
        if not Practitioner.objects.filter(slug=slug).exists():
            _practitioner(slug, past=0, to_come=20)


@transaction.atomic
def _practitioner(slug: str, *, past: int, to_come: int) -> None:
    practitioner, service = bookable_practitioner()
    Practitioner.objects.filter(pk=practitioner.pk).update(slug=slug)
    today = now().replace(hour=8, minute=0, second=0, microsecond=0)
    rng = random.Random(slug)
    client = UserFactory()
    starts = rng.sample([today + dt.timedelta(days=d, hours=h) for d in range(1, 60) for h in range(9)], to_come)
    starts += [today - dt.timedelta(days=1 + n // 9, hours=-(n % 9)) for n in range(past)]
    rows = []
    for start in starts:
        status = Status.CONFIRMED if start > today else Status.DONE
        row = AppointmentFactory.build(
            practitioner=practitioner, service=service, place=practitioner.places.first(), client=client, starts_at=start,
            status=status, reference=f"{practitioner.pk:x}-{len(rows):x}"[:12].upper(),
        )  # fmt: skip
        rows.append(row)
    Appointment.objects.bulk_create(rows, batch_size=2_000)


def best(base: str, path: object, **more: float) -> Load:
    """The best of some rounds: what else the machine did is not the server's."""
    return max((ask(base, path, **more) for _ in range(ROUNDS)), key=lambda load: load.per_second)  # type: ignore[arg-type]


def main() -> None:
    keeping, computing = sys.argv[1:3]
    first = now().date() + dt.timedelta(days=1)
    last = first + dt.timedelta(days=30)

    def month(slug: str) -> str:
        return f"/api/v1/practitioners/{slug}/slots/?from={first}&to={last}"

    empty = best(keeping, lambda _n: "/healthz")
    print(f"an empty view: {empty}")
    computed = best(computing, lambda _n: month(SLUGS[2_000]))
    print(f"a month of slots, computed: {computed}")
    keep("agenda month computed", computed.per_second)
    keep("agenda month p95 / p50", computed.p95 / computed.p50)
    kept = best(keeping, lambda _n: month(SLUGS[2_000]))
    print(f"the same, unchanged: {kept}")
    keep("agenda month unchanged", kept.per_second)
    hundred = "&".join(f"practitioner={HUNDRED}-{number}" for number in range(100))
    firsts = best(keeping, lambda _n: f"/api/v1/first-slots/?{hundred}")
    print(f"first free time among a hundred: {firsts}")
    keep("agenda first of 100", firsts.per_second)
    # One after the other, again and again: the machine's moods are shared.
    pairs = [
        [ask(computing, lambda _n, s=slug: month(s), seconds=2).p50 for slug in SLUGS.values()] for _ in range(ROUNDS)
    ]
    nothing, _some, many = (min(pair[number] for pair in pairs) for number in range(3))
    print(f"growth from 0 to 20 000 past appointments: {many / nothing:.2f} ×")
    keep("agenda growth", many / nothing)


if __name__ == "__main__":
    main() if len(sys.argv) > 1 else write()
