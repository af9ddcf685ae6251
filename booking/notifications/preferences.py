"""What a reader chose. Without a choice reminders by e-mail come, and an SMS where it was asked for at booking."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import User
from booking.models import Appointment, NotificationPreference, PractitionerNotifications
from booking.notifications.kinds import CLIENT, Kind


def wants(appointment: Appointment, kind: Kind, reader: str) -> bool:
    """Whether the reader wants this message; those without a choice belong to the contract."""
    choice = kind.choice(reader)
    if not choice:
        return True
    if reader == CLIENT:
        chosen = getattr(of_client(appointment), choice)
        return bool(appointment.sms_reminder if chosen is None else chosen)
    return bool(getattr(of_practitioner(appointment.practitioner_id), choice))


def of_client(appointment: Appointment) -> NotificationPreference:
    """Of the account, or of the address where the practitioner booked for somebody without one; unsaved where none."""
    if appointment.client_id:
        return of_user(appointment.client_id)
    address = appointment.contact_email.strip().lower()
    return NotificationPreference.objects.filter(address=address).first() or NotificationPreference(address=address)


def of_user(user_id: int) -> NotificationPreference:
    found = NotificationPreference.objects.filter(user_id=user_id).first()
    return found or NotificationPreference(user_id=user_id)


def of_practitioner(practitioner_id: int) -> PractitionerNotifications:
    found = PractitionerNotifications.objects.filter(practitioner_id=practitioner_id).first()
    return found or PractitionerNotifications(practitioner_id=practitioner_id)


@transaction.atomic
def choose(*, user: User, email_48h: bool, email_2h: bool, sms: bool, now: dt.datetime) -> None:
    chosen: dict[str, Any] = {"email_48h": email_48h, "email_2h": email_2h, "sms": sms, "updated_at": now}
    NotificationPreference.objects.update_or_create(user=user, defaults=chosen)


@transaction.atomic
def stop(*, appointment: Appointment, kind: Kind, now: dt.datetime) -> None:
    """No more of these reminders, for the reader of this appointment."""
    whose: dict[str, Any] = (
        {"user_id": appointment.client_id}
        if appointment.client_id
        else {"address": appointment.contact_email.strip().lower()}
    )
    NotificationPreference.objects.update_or_create(**whose, defaults={kind.client_choice: False, "updated_at": now})


@transaction.atomic
def choose_as_practitioner(
    *, practitioner_id: int, bookings: bool, changes: bool, tomorrow: bool, now: dt.datetime
) -> None:
    PractitionerNotifications.objects.update_or_create(
        practitioner_id=practitioner_id,
        defaults={"bookings": bookings, "changes": changes, "tomorrow": tomorrow, "updated_at": now},
    )
