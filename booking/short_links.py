"""Addresses short enough for an SMS: they lead to « je ne peux plus venir », like the long one of a mail."""

import secrets

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse

from booking.models import Appointment

# 72 bits of the signature: an SMS has no room for more, and a guess costs a request.
LENGTH = 12
_signer = Signer(salt="booking.short")


def _token(reference: str) -> str:
    return _signer.signature(reference)[:LENGTH]


def url(appointment: Appointment) -> str:
    return settings.BASE_URL + reverse("short", args=[appointment.reference, _token(appointment.reference)])


def opens(reference: str, token: str) -> bool:
    return secrets.compare_digest(_token(reference).encode(), token.encode())
