"""A list of clients that has lived: past sessions, labels, notes, an exchange, requests open and answered."""

import datetime as dt
import secrets
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from accounts.models import User
from booking.actions import client_messages, client_records, client_requests
from booking.fees import DEFAULT_BASIS_POINTS, DEFAULT_FIXED_CENTS
from booking.models import Appointment, ClientMessage, ClientRecord, ClientRequest, Status
from common import clock
from common.text import sort_key
from practitioners.models import Practitioner, Service

# (e-mail, days ago, hour, state)
PAST = (
    ("client@demo.example", 48, 10, Status.DONE),
    ("client@demo.example", 20, 10, Status.DONE),
    ("client-3@clients.example", 33, 14, Status.DONE),
    ("client-3@clients.example", 12, 14, Status.DONE),
    ("client-8@clients.example", 27, 16, Status.CLIENT_ABSENT),
    ("client-12@clients.example", 19, 9, Status.DONE),
    ("client-21@clients.example", 6, 11, Status.DONE),
    ("client-5@clients.example", 62, 15, Status.DONE),
)
LABELS = {
    "client@demo.example": ("Suivi mensuel", "Visio possible"),
    "client-3@clients.example": ("Suivi mensuel", "Matin"),
    "client-12@clients.example": ("Atelier de groupe",),
    "client-5@clients.example": ("À rappeler",),
}
NOTES = {
    "client@demo.example": "Préfère les rendez-vous avant 11:00. Vient à vélo.",
    "client-12@clients.example": "Code de l’immeuble\u00a0: demander à l’arrivée.",
}
KNOWN_BEFORE = (
    ("Solène", "Rivière", "solene.riviere@clients.example", "+33612345678", ("À rappeler",)),
    ("Marc-Antoine", "L’Hermitte", "", "+33478901234", ("Sans e-mail",)),
    ("Inès", "Benkacem", "ines.benkacem@clients.example", "", ()),
)


def records() -> int:
    """A record for whoever has booked: the agendas were written in bulk."""
    rows = Appointment.objects.booked().filter(record=None, client__isnull=False).select_related("client")
    made: dict[tuple[int, int], ClientRecord] = {}
    for row in rows.order_by("booked_at", "pk"):
        user = row.client
        if user is not None:
            made.setdefault(
                (row.practitioner_id, user.pk),
                ClientRecord(
                    practitioner_id=row.practitioner_id,
                    user=user,
                    first_name=row.contact_first_name or user.first_name,
                    last_name=row.contact_last_name or user.last_name,
                    email=user.email,
                    phone=row.contact_phone,
                    folded_name=sort_key(user.last_name, user.first_name),
                    created_at=row.booked_at or clock.now(),
                ),
            )
    ClientRecord.objects.bulk_create(made.values())
    whose = ClientRecord.objects.filter(practitioner=OuterRef("practitioner"), user=OuterRef("client"))
    Appointment.objects.booked().filter(record=None, client__isnull=False).update(
        record=Subquery(whose.order_by("pk").values("pk")[:1])
    )
    return len(made)


def story(practitioner: Practitioner) -> None:
    """What the practitioner of the demo finds in the office."""
    service = practitioner.services.filter(archived_at=None).order_by("pk").first()
    if service is None:
        return
    past = [_past(practitioner, service, *row) for row in PAST]
    records()
    now = clock.now()
    for row in past:
        row.refresh_from_db()
    by_email = {row.contact_email: row for row in past}
    for email, labels in LABELS.items():
        for label in labels:
            client_records.tag(record_id=_record(by_email[email]), label=label)
    for email, note in NOTES.items():
        ClientRecord.objects.filter(pk=_record(by_email[email])).update(note=note)
    for first_name, last_name, email, phone, tags in KNOWN_BEFORE:
        client_records.create(
            practitioner=practitioner,
            first_name=first_name,
            last_name=last_name,
            email=email,
            phone=phone,
            tags=list(tags),
            source=ClientRecord.Source.IMPORT,
            now=now - dt.timedelta(days=90),
        )
    _exchange(practitioner, by_email["client@demo.example"], now)
    _requests(practitioner, by_email, now)


def _past(
    practitioner: Practitioner, service: Service, email: str, days_ago: int, hour: int, status: Status
) -> Appointment:
    client = User.objects.get(email=email)
    place = practitioner.places.select_related("commune__department").first()
    zone = place.timezone if place is not None else "Europe/Paris"
    day = clock.now().astimezone(ZoneInfo(zone)).date() - dt.timedelta(days=days_ago)
    start = dt.datetime.combine(day, dt.time(hour), ZoneInfo(zone)).astimezone(dt.UTC)
    end = start + dt.timedelta(minutes=service.duration_minutes)
    return Appointment.objects.create(
        reference=secrets.token_hex(5).upper(),
        practitioner=practitioner,
        client=client,
        service=service,
        place=place,
        status=status,
        starts_at=start,
        ends_at=end,
        busy_start=start,
        busy_end=end,
        timezone=zone,
        mode=service.mode,
        service_name=service.name,
        price_cents=service.price_cents,
        fee_basis_points=DEFAULT_BASIS_POINTS,
        fee_fixed_cents=DEFAULT_FIXED_CENTS,
        contact_first_name=client.first_name,
        contact_last_name=client.last_name,
        contact_email=client.email,
        contact_phone=client.phone,
        adult_declared=True,
        booked_at=start - dt.timedelta(days=9),
    )


def _record(appointment: Appointment) -> int:
    assert appointment.record_id is not None
    return appointment.record_id


def _exchange(practitioner: Practitioner, appointment: Appointment, now: dt.datetime) -> None:
    lines = (
        (ClientMessage.By.CLIENT, 3, "Bonjour, faut-il venir avec un tapis la prochaine fois ?"),
        (
            ClientMessage.By.PRACTITIONER,
            2,
            "Bonjour, tout est sur place\u00a0: une tenue souple suffit. À bientôt\u00a0!",
        ),
        (ClientMessage.By.CLIENT, 1, "Parfait, merci. Puis-je arriver dix minutes plus tôt ?"),
    )
    for by, days_ago, text in lines:
        message = client_messages.write(
            record_id=_record(appointment),
            by=by,
            author=practitioner.user if by == ClientMessage.By.PRACTITIONER else appointment.client,
            text=text,
            now=now - dt.timedelta(days=days_ago),
        )
        if days_ago > 1:
            ClientMessage.objects.filter(pk=message.pk).update(read_at=now - dt.timedelta(days=days_ago, hours=-3))


def _requests(practitioner: Practitioner, by_email: dict[str, Appointment], now: dt.datetime) -> None:
    client_requests.open_request(
        appointment_id=by_email["client-21@clients.example"].pk,
        kind=ClientRequest.Kind.COMPLAINT,
        text="La séance a commencé avec vingt minutes de retard et n’a pas été prolongée. Que proposez-vous ?",
        actor=by_email["client-21@clients.example"].client,
        now=now - dt.timedelta(days=1, hours=4),
    )
    own = by_email["client@demo.example"]
    answered = client_requests.open_request(
        appointment_id=own.pk,
        kind=ClientRequest.Kind.AFTER_SALE,
        text="Pouvez-vous m’envoyer l’enregistrement audio dont nous avons parlé ?",
        actor=own.client,
        now=now - dt.timedelta(days=17),
    )
    client_requests.answer(
        request_id=answered.pk,
        text="Bien sûr, le lien vous attend dans nos messages. Belle écoute.",
        refused=False,
        actor=practitioner.user,
        now=now - dt.timedelta(days=16),
    )
