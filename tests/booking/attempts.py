"""Many clients who hold, book, give up, come back too late and cancel, all at once, on few times; and what must be true after.

Shared by a test (some hundred attempts) and by `make bench` (a hundred thousand). A client is a thread with a connection of its
own; what each was told is kept beside what the database says in the end.
"""

import datetime as dt
import random
import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import IO

from django.db import connection

from accounts.models import User
from booking.actions import appointments, holds
from booking.errors import AlreadyBooked, GroupFull, HoldLost, SlotTaken
from booking.lifecycle import TRANSITIONS, IllegalTransition
from booking.models import Appointment, GroupSession, Status
from common.clock import now
from practitioners.models import Practitioner, Service

# Of those who hold a time: some go on to book, some cancel what they booked, the others leave it.
BOOKS, CANCELS, RELEASES, COMES_LATE = 0.6, 0.3, 0.2, 0.3
AN_HOUR_AGO = dt.timedelta(hours=1)


@dataclass
class Agenda:
    practitioner: Practitioner
    service: Service
    starts: list[dt.datetime]


@dataclass
class Outcome:
    """`confirmed` and `cancelled` are what clients were told, by id of appointment."""

    counts: Counter[str] = field(default_factory=Counter)
    confirmed: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    crashes: list[str] = field(default_factory=list)
    journal: IO[str] | None = None

    def tell(self, what: str, appointment_id: int) -> None:
        """The client reads that it is so: whatever is killed afterwards, it must stay so."""
        (self.confirmed if what == "booked" else self.cancelled).add(appointment_id)
        self.counts[what] += 1
        if self.journal:
            self.journal.write(f"{what} {appointment_id}\n")
            self.journal.flush()


def run(
    agendas: list[Agenda], users: list[User], *, attempts: int, clients: int, seed: int, journal: IO[str] | None = None
) -> Outcome:
    """`attempts` in all, shared by `clients` threads; errors that are not a refusal are crashes."""
    outcome, lock = Outcome(), threading.Lock()

    def client(number: int) -> None:
        rng = random.Random(f"{seed}-{number}")
        mine = Outcome(journal=journal)
        try:
            for attempt in range(attempts // clients):
                try:
                    _attempt(rng, rng.choice(agendas), users[number % len(users)], f"{seed}-{number}-{attempt}", mine)
                except Exception as error:  # noqa: BLE001 (collected: the test shows them)
                    mine.crashes.append(f"{type(error).__name__}: {error}"[:300])
        finally:
            connection.close()
        with lock:
            outcome.counts += mine.counts
            outcome.confirmed |= mine.confirmed
            outcome.cancelled |= mine.cancelled
            outcome.crashes += mine.crashes

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _attempt(rng: random.Random, agenda: Agenda, user: User, key: str, told: Outcome) -> None:
    start = rng.choice(agenda.starts)
    # A hold of an hour ago has lapsed: nobody comes back for it in time.
    late = rng.random() < COMES_LATE
    moment = now() - AN_HOUR_AGO if late else now()
    try:
        held = holds.hold(
            practitioner=agenda.practitioner, service=agenda.service, start=start, holder_key=key, now=moment
        )
    except SlotTaken as error:
        told.counts["full" if isinstance(error, GroupFull) else "taken"] += 1
        return
    told.counts["held"] += 1
    fate = rng.random()
    if late and rng.random() < 0.5:
        try:
            holds.renew(appointment_id=held.pk, now=now())
        except HoldLost:
            told.counts["lost while away"] += 1
            return
    elif late:
        return
    if fate < RELEASES:
        holds.release(appointment_id=held.pk, now=now())
        told.counts["released"] += 1
    elif fate < RELEASES + BOOKS:
        _book(rng, held, user, told)


def _book(rng: random.Random, held: Appointment, user: User, told: Outcome) -> None:
    Appointment.objects.filter(pk=held.pk, status=Status.HELD).update(client=user, contact_email=user.email)
    try:
        appointments.book(appointment_id=held.pk, now=now())
    except (HoldLost, AlreadyBooked):
        told.counts["lost at the end"] += 1
        return
    told.tell("booked", held.pk)
    if rng.random() < CANCELS:
        try:
            appointments.cancel_by_client(appointment_id=held.pk, announced_cents=0, now=now())
        except IllegalTransition:
            return
        told.tell("cancelled", held.pk)


def settle() -> None:
    """What the sweep does a while later: every hold is over."""
    later = now() + AN_HOUR_AGO
    for pk in Appointment.objects.filter(status=Status.HELD, hold_expires_at__lte=later).values_list("pk", flat=True):
        holds.expire(appointment_id=pk, now=later)


OVERLAPS = """
select count(*) from booking_appointment a join booking_appointment b
on a.practitioner_id = b.practitioner_id and a.id < b.id and a.busy_start < b.busy_end and b.busy_start < a.busy_end
where a.practitioner_id = any(%s)
and a.group_id is null and b.group_id is null and a.status in ('held', 'requested', 'confirmed')
and b.status in ('held', 'requested', 'confirmed')
"""


def count(sql: str, among: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, [among])
        return int(cursor.fetchone()[0])


def broken_histories(among: list[int]) -> list[str]:
    """Appointments whose events do not lead, step by legal step, to the state they are in."""
    legal = {(source, step.target) for step in TRANSITIONS.values() for source in step.sources}
    broken = []
    for appointment in Appointment.objects.filter(practitioner__in=among).prefetch_related("events"):
        state = ""
        for event in appointment.events.all():
            known = event.before == state and (
                event.before in {"", event.after} or (event.before, event.after) in legal
            )
            if not known:
                broken.append(f"{appointment.reference}: {event} after {state!r}")
            state = event.after
        if state != appointment.status:
            broken.append(f"{appointment.reference}: {appointment.status}, and its events end on {state!r}")
    return broken


def untold(among: list[int]) -> int:
    """Confirmed or cancelled appointments without the message that says so to the client."""
    return count(
        "select count(*) from booking_appointment a where a.practitioner_id = any(%s)"
        " and a.status in ('confirmed', 'cancelled_client') and not exists ("
        " select from common_outboxmessage m where m.key like 'appointment-' || a.reference || '-%%'"
        " and m.key like '%%' || case a.status when 'confirmed' then 'confirmed' else 'cancelled' end || '-client%%')",
        among,
    )


def wrongs(
    outcome: Outcome, *, interrupted: bool = False, of: Collection[Practitioner] | None = None
) -> dict[str, int]:
    """How often something happened that never must; every value is 0.

    `interrupted`: a client may have cancelled and been killed before reading that it was done. `of`: whose agendas are
    looked at, where the database has others that these clients did not write.
    """
    whose = Practitioner.objects.all() if of is None else of
    among = [practitioner.pk for practitioner in whose]
    mine = Appointment.objects.filter(practitioner__in=among)
    stands = [Status.CONFIRMED, Status.CANCELLED_BY_CLIENT] if interrupted else [Status.CONFIRMED]
    confirmed = set(
        Appointment.objects.filter(pk__in=outcome.confirmed, status__in=stands).values_list("pk", flat=True)
    )
    cancelled = set(
        Appointment.objects.filter(pk__in=outcome.cancelled, status=Status.CANCELLED_BY_CLIENT).values_list(
            "pk", flat=True
        )
    )
    over = sum(
        max(session.seats_taken.filter(status__in=["held", "requested", "confirmed"]).count() - session.seats, 0)
        for session in GroupSession.objects.filter(practitioner__in=among)
    )
    unknown = mine.filter(status=Status.CONFIRMED).exclude(pk__in=outcome.confirmed).count()
    return {
        "overlaps": count(OVERLAPS, among),
        "lost": len(outcome.confirmed - outcome.cancelled - confirmed) + len(outcome.cancelled - cancelled),
        "booked without a client being told": unknown,
        "seats over": over,
        "stuck holds": mine.filter(status=Status.HELD).count(),
        "ranges that nothing occupies": count(
            "select count(*) from booking_occupation o left join booking_appointment a on a.id = o.appointment_id"
            " where o.practitioner_id = any(%s) and o.group_id is null and (a.id is null or a.status not in ('held', 'requested', 'confirmed'))",
            among,
        ),
        "broken histories": len(broken_histories(among)),
        "untold": untold(among),
        "crashes": len(outcome.crashes),
    }
