"""For the demo's practitioner: a weekly group with its seats, a client who comes every week, people who wait for a time."""

import datetime as dt
import secrets
from zoneinfo import ZoneInfo

from accounts.models import User
from booking.actions import groups
from booking.models import Appointment, GroupSession, Series, Status, WaitingEntry
from booking.slots import Slot, free_slots
from common import clock
from practitioners.models import Practitioner, Service
from practitioners.models.service import Mode

SEATS, WEEKS = 8, 6
TAKEN = (6, 8, 3, 5, 1, 0)
THURSDAY, EVENING = 3, dt.time(19, 15)
WAITING: tuple[tuple[str, str, list[int], list[str], int], ...] = (
    ("Margaux", "Vidal", [], ["evening"], 12),
    ("Lucien", "Thomas", [2, 5], [], 9),
    ("Khadija", "Amrani", [0, 1, 3], ["morning"], 5),
    ("Samuel", "Aubry", [], [], 2),
)


def weekly(practitioner: Practitioner, people: list[User]) -> None:
    """Before the everyday appointments, which then keep clear of it."""
    first = practitioner.services.filter(mode=Mode.PRACTICE).first()
    place = practitioner.places.select_related("commune__department").first()
    if first is None or place is None:
        return
    service = Service.objects.create(
        practitioner=practitioner,
        practice=first.practice,
        name="Relaxation du jeudi, en petit groupe",
        description="Une heure et quart à huit au plus, sur tapis : respiration, étirements lents, temps de repos.",
        mode=Mode.PRACTICE,
        duration_minutes=75,
        buffer_after_minutes=15,
        price_cents=1800,
        seats=SEATS,
        preparation="Venez en tenue souple ; les tapis et les plaids sont sur place.",
        position=practitioner.services.count(),
    )
    now = clock.now()
    today = now.astimezone(ZoneInfo(place.timezone)).date()
    outcomes = groups.open_weekly(
        practitioner=practitioner,
        service=service,
        day=today + dt.timedelta(days=(THURSDAY - today.weekday() - 1) % 7 + 1),
        hour=EVENING,
        weeks=WEEKS,
        place=place,
        mode=Mode.PRACTICE,
        seats=SEATS,
        note="Sortir les tapis avant 19 h.",
        now=now,
    )
    sessions = [one.session for one in outcomes if one.session]
    Appointment.objects.bulk_create(
        _seat(session, service, people[(number * 7 + seat) % len(people)], now)
        for number, (session, taken) in enumerate(zip(sessions, TAKEN, strict=False))
        for seat in range(taken)
    )


def series(practitioner: Practitioner, client: User) -> None:
    """At the first hour that is free three weeks in a row."""
    service = practitioner.services.filter(seats=1, payment=Service.Payment.NONE).first()
    service = service or practitioner.services.filter(seats=1).first()
    if service is None:
        return
    now = clock.now()
    found = free_slots(
        practitioner=practitioner,
        service=service,
        first_day=now.date() + dt.timedelta(days=2),
        last_day=now.date() + dt.timedelta(days=30),
        now=now,
    )
    free = {slot.start: slot for day in found.values() for slot in day.slots}
    week = dt.timedelta(weeks=1)
    start = next((start for start in free if all(start + week * number in free for number in range(3))), None)
    if start is None:
        return
    made = Series.objects.create(
        practitioner=practitioner, service=service, client=client, every_weeks=1, created_at=now
    )
    Appointment.objects.bulk_create(
        _appointment(service, free[start + week * number], client, now, series=made) for number in range(3)
    )


def waiting(practitioner: Practitioner) -> None:
    service = practitioner.services.filter(seats=1).first()
    if service is None:
        return
    now = clock.now()
    WaitingEntry.objects.bulk_create(
        WaitingEntry(
            practitioner=practitioner,
            service=service,
            first_name=first_name,
            last_name=last_name,
            email=f"attente-{number}@clients.example",
            weekdays=weekdays,
            parts=parts,
            first_day=now.date(),
            until=now.date() + dt.timedelta(days=45),
            state=WaitingEntry.State.WAITING,
            created_at=now - dt.timedelta(days=days),
            confirmed_at=now - dt.timedelta(days=days),
        )
        for number, (first_name, last_name, weekdays, parts, days) in enumerate(WAITING, start=1)
    )


def _seat(session: GroupSession, service: Service, client: User, now: dt.datetime) -> Appointment:
    seat = _appointment(service, groups.as_slot(session), client, now)
    seat.group = session
    seat.busy_start, seat.busy_end = session.busy_start, session.busy_end
    return seat


def _appointment(
    service: Service, slot: Slot, client: User, now: dt.datetime, series: Series | None = None
) -> Appointment:
    minute = dt.timedelta(minutes=1)
    return Appointment(
        reference=secrets.token_hex(5).upper(),
        practitioner_id=service.practitioner_id,
        client=client,
        service=service,
        place_id=slot.place_id,
        series=series,
        status=Status.CONFIRMED,
        starts_at=slot.start,
        ends_at=slot.end,
        busy_start=slot.start - service.buffer_before_minutes * minute,
        busy_end=slot.end + service.buffer_after_minutes * minute,
        timezone=slot.zone,
        mode=slot.mode,
        service_name=service.name,
        price_cents=service.price_cents,
        contact_first_name=client.first_name,
        contact_last_name=client.last_name,
        contact_email=client.email,
        adult_declared=True,
        booked_at=now - dt.timedelta(days=4),
    )
