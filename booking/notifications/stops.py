"""Stopping reminders from the mail itself (RFC 8058), without signing in."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from booking.models import Appointment
from booking.notifications.kinds import KINDS, Kind

_signer = Signer(salt="booking.stop_reminders")


def url(reference: str, kind: Kind) -> str:
    """Opens a page with one button; mail programs post to it directly."""
    token = _signer.sign(f"{reference}:{kind.name}").rpartition(":")[2]
    return settings.BASE_URL + reverse("booking:stop_reminders", args=[reference, kind.name, token])


def kind_of(reference: str, name: str, token: str) -> Kind | None:
    """The kind of reminder that the address stops; None when it is not one of ours."""
    try:
        _signer.unsign(f"{reference}:{name}:{token}")
    except BadSignature:
        return None
    kind = KINDS.get(name)
    return kind if kind and kind.is_reminder else None


def headers(appointment: Appointment, kind: Kind) -> dict[str, str]:
    if not kind.is_reminder:
        return {}
    return {
        "List-Unsubscribe": f"<{url(appointment.reference, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
