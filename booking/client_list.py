"""What the office reads about clients: the list with last and next sessions, and all that one client's page shows."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum

from booking.models import Appointment, ClientMessage, ClientRecord, ClientRequest, Payment, Refund, Status
from booking.models.appointment import UPCOMING
from legal.rights import effects
from practitioners.models import Practitioner

CAME = (Status.CONFIRMED, Status.DONE)
SORTS = {
    "nom": ("folded_name", "pk"),
    "derniere": (F("last_session").desc(nulls_last=True), "folded_name", "pk"),
    "prochaine": (F("next_session").asc(nulls_last=True), "folded_name", "pk"),
}
SHOWN = 50  # appointments of a page


@dataclass(frozen=True)
class MoneyLine:
    """The money of one appointment, in cents."""

    appointment: Appointment
    paid: int
    refunded: int

    @property
    def on_site(self) -> int:
        """Still to be paid, or paid, on the spot; nothing when the session does not take place."""
        kept = self.appointment.status in {Status.REQUESTED, Status.CONFIRMED, Status.DONE}
        return self.appointment.on_site_cents if kept else 0


def listed(
    practitioner: Practitioner, *, text: str, tag: str, sort: str, archived: bool, unread: bool, now: dt.datetime
) -> QuerySet[ClientRecord]:
    rows = ClientRecord.objects.filter(practitioner=practitioner, archived_at__isnull=not archived)
    # Kept, and not shown, for whoever asked that their data be restricted.
    rows = rows.exclude(user__in=effects.frozen_people())
    if text:
        rows = rows.matching(text)
    if tag:
        rows = rows.filter(tags__contains=[tag])
    if unread:
        rows = rows.filter(thread__messages__by=ClientMessage.By.CLIENT, thread__messages__read_at=None).distinct()
    return with_sessions(rows, now=now).order_by(*SORTS.get(sort, SORTS["nom"]))


def with_sessions(rows: QuerySet[ClientRecord], *, now: dt.datetime) -> QuerySet[ClientRecord]:
    own = Appointment.objects.filter(record=OuterRef("pk"))
    past = own.filter(starts_at__lte=now, status__in=CAME).order_by("-starts_at")
    coming = own.filter(starts_at__gt=now, status__in=UPCOMING).order_by("starts_at")
    unread = ClientMessage.objects.filter(thread__record=OuterRef("pk"), by=ClientMessage.By.CLIENT, read_at=None)
    return rows.annotate(
        last_session=Subquery(past.values("starts_at")[:1]),
        next_session=Subquery(coming.values("starts_at")[:1]),
        session_zone=Subquery(own.order_by("-starts_at").values("timezone")[:1]),
        has_unread=Exists(unread),
    )


def appointments_of(record: ClientRecord, *, now: dt.datetime) -> tuple[list[Appointment], list[Appointment], int]:
    """To come, past (latest first, bounded), and how many absences."""
    rows = Appointment.objects.booked().filter(record=record).select_related("place__commune__department")
    coming = list(rows.filter(status__in=UPCOMING, ends_at__gt=now).order_by("starts_at")[:SHOWN])
    gone = rows.exclude(status__in=UPCOMING, ends_at__gt=now).order_by("-starts_at")
    absences = rows.filter(status=Status.CLIENT_ABSENT).count()
    return coming, list(gone[:SHOWN]), absences


def money_of(appointments: list[Appointment]) -> list[MoneyLine]:
    """What was paid and given back for each, in two queries."""
    ids = [row.pk for row in appointments]
    paid = Payment.objects.filter(appointment__in=ids, status=Payment.Status.PAID)
    amounts = dict(paid.values_list("appointment").annotate(total=Sum("amount_cents")))
    back = Refund.objects.filter(payment__appointment__in=ids).exclude(status=Refund.Status.FAILED)
    given = dict(back.values_list("payment__appointment").annotate(total=Sum("amount_cents")))
    return [MoneyLine(row, amounts.get(row.pk, 0), given.get(row.pk, 0)) for row in appointments]


def requests_of(record: ClientRecord) -> list[ClientRequest]:
    return list(ClientRequest.objects.filter(appointment__record=record).select_related("appointment")[:20])
