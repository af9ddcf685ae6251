"""Agendas that are neither empty nor full: opening rules, settings, payment accounts, and appointments already taken."""

import datetime as dt
import secrets
import zlib
from collections.abc import Sequence
from random import Random

from accounts.models import User
from booking.consents import in_force_in_office
from booking.fees import DEFAULT_BASIS_POINTS, DEFAULT_FIXED_CENTS
from booking.models import Appointment, BookingSettings, OpeningRule, StripeAccount
from booking.models.appointment import Status
from booking.slots import Slot, free_slots
from common import clock
from demo.content.shapes import DemoPractitioner
from demo.seed.accounts import NO_PASSWORD
from practitioners.models import PracticePlace, Practitioner, Service
from practitioners.models.service import Mode

DAYS_AHEAD = 35
CLIENTS = (
    "Aline Marchand",
    "Baptiste Colin",
    "Chloé Weber",
    "Damien Rey",
    "Élodie Picard",
    "Farid Haddad",
    "Gaëlle Le Roux",
    "Hugo Navarro",
    "Isabelle Tran",
    "Jonas Meunier",
    "Khadija Amrani",
    "Laure Besson",
    "Mathis Prigent",
    "Nora Delmas",
    "Olivier Fabre",
    "Pauline Schmitt",
    "Quentin Laborde",
    "Rose Hoarau",
    "Samuel Aubry",
    "Thérèse Payet",
    "Ulysse Gomez",
    "Valérie Ménard",
    "Wassim Ferhat",
    "Xavier Legrand",
    "Yasmine Kaced",
    "Zoé Perrot",
    "Maëlle Guérin",
    "Lucien Thomas",
    "Margaux Vidal",
    "Ibrahim Diarra",
)


def clients() -> list[User]:
    """The people who hold the appointments of everyday agendas; nobody signs in as them."""
    return User.objects.bulk_create(
        User(
            email=f"client-{number}@clients.example",
            first_name=name.split(" ", 1)[0],
            last_name=name.split(" ", 1)[1],
            adult_declared_at=clock.now(),
            password=NO_PASSWORD,
        )
        for number, name in enumerate(CLIENTS, start=1)
    )


def opening(practitioner: Practitioner, row: DemoPractitioner) -> None:
    place = practitioner.places.first()
    offered = {service.mode for service in practitioner.services.all()}
    rules = []
    for rule in row.opening:
        modes = sorted(offered & ({rule.mode} if rule.mode else set(Mode.values)))
        if place is None:
            modes = [mode for mode in modes if mode != Mode.PRACTICE]
        if modes:
            rules.append(
                OpeningRule(
                    practitioner=practitioner,
                    place=place,
                    modes=modes,
                    weekday=rule.weekday,
                    start=dt.time.fromisoformat(rule.start),
                    end=dt.time.fromisoformat(rule.end),
                    parity=rule.weeks,
                )
            )
    OpeningRule.objects.bulk_create(rules)
    BookingSettings.objects.create(
        practitioner=practitioner,
        minimum_notice_minutes=row.notice_hours * 60,
        horizon_days=row.horizon_days,
        cancellation_tiers=[{"hours_before": tier.hours_before, "percent": tier.percent} for tier in row.refunds],
    )


def payment_account(practitioner: Practitioner, account_id: str) -> None:
    StripeAccount.objects.create(
        practitioner=practitioner,
        account_id=account_id,
        card_payments=StripeAccount.CardPayments.ACTIVE,
        checked_at=clock.now(),
    )


def appointments(practitioner: Practitioner, row: DemoPractitioner, people: list[User]) -> int:
    """Take about `row.busy` of the coming weeks, at real free times, in the names of `people`."""
    if not row.online_booking:
        return 0
    now = clock.now()
    random = Random(zlib.crc32(row.key.encode()))
    services = [service for service in practitioner.services.all() if service.confirmation == "instant"]
    places = {place.pk: place for place in practitioner.places.select_related("commune__department")}
    taken: list[Appointment] = []
    documents = in_force_in_office(practitioner, now=now)
    for service in services[:2]:
        share = row.busy if service is services[0] else row.busy / 3
        days = free_slots(
            practitioner=practitioner,
            service=service,
            first_day=now.date(),
            last_day=now.date() + dt.timedelta(days=min(DAYS_AHEAD, row.horizon_days)),
            now=now,
        )
        for day in days.values():
            for slot in _spread(day.slots, service, random, share):
                appointment = _appointment(
                    practitioner,
                    service,
                    slot,
                    places.get(slot.place_id) if slot.place_id else None,
                    random.choice(people),
                    now,
                )
                appointment.practitioner_terms, appointment.practitioner_privacy = documents
                if all(a.busy_end <= appointment.busy_start or a.busy_start >= appointment.busy_end for a in taken):
                    taken.append(appointment)
    Appointment.objects.bulk_create(taken)
    return len(taken)


def _spread(slots: Sequence[Slot], service: Service, random: Random, share: float) -> list[Slot]:
    """Times that do not touch one another, each kept with probability `share`."""
    kept: list[Slot] = []
    free_from: dt.datetime | None = None
    for slot in slots:
        if free_from and slot.start < free_from:
            continue
        if random.random() < share:
            kept.append(slot)
        free_from = slot.end + dt.timedelta(minutes=service.buffer_before_minutes + service.buffer_after_minutes)
    return kept


def _appointment(
    practitioner: Practitioner,
    service: Service,
    slot: Slot,
    place: PracticePlace | None,
    client: User,
    now: dt.datetime,
) -> Appointment:
    return Appointment(
        reference=secrets.token_hex(5).upper(),
        practitioner=practitioner,
        client=client,
        service=service,
        place=place,
        status=Status.CONFIRMED,
        starts_at=slot.start,
        ends_at=slot.end,
        busy_start=slot.start - dt.timedelta(minutes=service.buffer_before_minutes),
        busy_end=slot.end + dt.timedelta(minutes=service.buffer_after_minutes),
        timezone=slot.zone,
        mode=service.mode,
        service_name=service.name,
        # Taken by telephone: nothing was paid online.
        price_cents=service.price_cents,
        fee_basis_points=DEFAULT_BASIS_POINTS,
        fee_fixed_cents=DEFAULT_FIXED_CENTS,
        contact_first_name=client.first_name,
        contact_last_name=client.last_name,
        contact_email=client.email,
        adult_declared=True,
        booked_at=now - dt.timedelta(days=3),
    )
