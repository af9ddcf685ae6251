"""Whose clients are concerned by a breach: the practitioners who are controllers of their appointments."""

from django.db.models import Count

from booking.models import Appointment
from legal.breaches.concerned import controllers


def register() -> None:
    controllers.register("appointments", practitioners_of)


def practitioners_of(people: set[int]) -> dict[int, int]:
    """`{account of a practitioner: how many of these people are clients}`."""
    rows = (
        Appointment.objects.filter(client__in=people, practitioner__user__isnull=False)
        .order_by()
        .values_list("practitioner__user")
        .annotate(count=Count("client", distinct=True))
    )
    return {int(user): int(count) for user, count in rows}
