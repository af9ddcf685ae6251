"""Payment accounts at the stand-in, and a few appointments that were really booked and paid through it."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings

from accounts.models import User
from booking.actions import appointments, holds, payments
from booking.consents import in_force_in_office
from booking.models import Appointment, FeeRate, Payment
from booking.slots import free_slots
from common import clock
from demo.seed.accounts import address
from demo.stripe.client import Control
from legal.actions import acceptances, documents
from legal.models import LegalDocument
from practitioners.models import Practitioner, Service

# (who, days ahead, position of the service, whether it was cancelled since)
BOOKINGS = (
    ("client@demo.example", 4, 0, False),
    ("client-3@clients.example", 5, 0, False),
    ("client-8@clients.example", 6, 0, True),
    ("client-12@clients.example", 8, 1, False),
    ("client@demo.example", 16, 1, False),
    ("client-21@clients.example", 11, 0, False),
)


def accounts(practitioners: Iterable[Practitioner]) -> dict[int, str]:
    """An active account for each practitioner who asks for online payments: practitioner id → account id."""
    paid = [p for p in practitioners if p.services.exclude(payment=Service.Payment.NONE).exists()]
    ids = {practitioner.pk: f"acct_demo{practitioner.pk:06d}" for practitioner in paid}
    Control(settings.STRIPE_API_BASE).add_accounts(
        [{"id": ids[p.pk], "display_name": p.full_name, "contact_email": p.professional_email} for p in paid]
    )
    return ids


def fee() -> None:
    """The operator’s rate, dated: the register of the CMS shows since when it applies."""
    FeeRate.objects.create(valid_from=clock.now() - dt.timedelta(days=730))


def seed() -> None:
    """Book and pay with the demo's practitioner as a visitor would, the stand-in's page included."""
    practitioner = Practitioner.objects.get(user__email=address("practitioner"))
    for email, days_ahead, position, cancelled in BOOKINGS:
        client = User.objects.get(email=email)
        book_for(client, practitioner, days_ahead=days_ahead, position=position, cancelled=cancelled)


def book_for(
    client: User, practitioner: Practitioner, *, days_ahead: int, position: int = 0, cancelled: bool = False
) -> Appointment | None:
    """One of the services paid online; nothing where there is none."""
    services = list(practitioner.services.exclude(payment=Service.Payment.NONE).filter(confirmation="instant"))
    if not services:
        return None
    service = services[position % len(services)]
    return _book(client, practitioner, service, days_ahead, cancelled=cancelled)


def _book(
    client: User, practitioner: Practitioner, service: Service, days_ahead: int, *, cancelled: bool
) -> Appointment:
    now = clock.now()
    first = now.date() + dt.timedelta(days=days_ahead)
    days = free_slots(
        practitioner=practitioner, service=service, first_day=first, last_day=first + dt.timedelta(days=14), now=now
    )
    slot = next(slot for day in days.values() for slot in day.slots)
    held = holds.hold(
        practitioner=practitioner,
        service=service,
        start=slot.start,
        holder_key=f"demo-{client.pk}-{days_ahead}",
        now=now,
    )
    appointments.identify(
        appointment_id=held.pk,
        contact=appointments.Contact(client.first_name, client.last_name, client.email, client.phone, adult=True),
    )
    _accept_terms(client, practitioner, now)
    terms, privacy = in_force_in_office(practitioner, now=now)
    held_rows = type(held).objects.filter(pk=held.pk)
    held_rows.update(client=client, practitioner_terms=terms, practitioner_privacy=privacy)
    payments.start_checkout(appointment_id=held.pk, now=now)
    payment = Payment.objects.get(appointment=held)
    Control(settings.STRIPE_API_BASE).pay(str(payment.session_id), email=client.email)
    payments.refresh(payment_id=payment.pk, now=clock.now())
    if cancelled:
        held.refresh_from_db()
        due = appointments.refund_due(held, now=clock.now())
        appointments.cancel_by_client(appointment_id=held.pk, announced_cents=due, now=clock.now(), actor=client)
    return Appointment.objects.get(pk=held.pk)


def _accept_terms(client: User, practitioner: Practitioner, now: dt.datetime) -> None:
    """The practitioner's own terms; the platform's are left to the person, so that the demo can ask for them."""
    version = documents.current(kind=LegalDocument.Kind.PRACTITIONER_TERMS, owner=practitioner.user, now=now)
    if version:
        acceptances.accept(
            user=client,
            version=version,
            box_text="J’accepte les conditions générales de vente du praticien.",
            page="/rendez-vous/verifier/",
            ip="192.0.2.20",
            agent="Mozilla/5.0 (démonstration)",
            now=now,
        )
