"""The operator's words for a message, with names in braces that each message fills: {prenom}, {date} …"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment, MessageWording
from booking.notifications.kinds import Kind
from common import wording
from common.money import format_euros

# What may be said, and what it is; nothing here says anything about health.
PLACEHOLDERS = {
    "prenom": _("the client's first name"),
    "nom": _("the client's last name"),
    "participant": _("who comes to the session"),
    "praticien": _("the practitioner's name"),
    "seance": _("the name of the session"),
    "date": _("the day of the session, in words"),
    "heure": _("the time of the session"),
    "lieu": _("where it takes place"),
    "prix": _("the price"),
    "reference": _("the reference of the appointment"),
}
OF_INVOICE = {
    "prenom": _("the practitioner's first name"),
    "praticien": _("the practitioner's name"),
    "numero": _("the number of the invoice or credit note"),
    "montant": _("its amount"),
}
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Words:
    """Empty ones leave the standard text."""

    subject: str = ""
    heading: str = ""
    opening: str = ""
    closing: str = ""

    def filled(self, found: Mapping[str, str]) -> "Words":
        return Words(*(fill(getattr(self, field.name), found) for field in fields(self)))


def worded(kind: str, reader: str) -> Words:
    """Those in force."""
    row = MessageWording.objects.filter(kind=kind, reader=reader).order_by("-number").first()
    return Words(row.subject, row.heading, row.opening, row.closing) if row else Words()


def placeholders(kind: Kind) -> Mapping[str, str | Promise]:
    return PLACEHOLDERS if kind.of_appointment else OF_INVOICE


def unknown(text: str, kind: Kind) -> list[str]:
    """What stands in braces and is no placeholder of this kind, and braces that are not closed."""
    known = placeholders(kind)
    odd = [f"{{{name}}}" for name in _BRACES.findall(text) if name not in known]
    return odd + re.findall(r"[{}]", _BRACES.sub("", text))


def fill(text: str, found: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda match: found.get(match[1], match[0]), text)


def values(appointment: Appointment) -> dict[str, str]:
    zone = appointment.timezone
    place = appointment.place
    return {
        "prenom": appointment.contact_first_name,
        "nom": appointment.contact_last_name,
        "participant": appointment.attendee_name,
        "praticien": appointment.practitioner.full_name,
        "seance": appointment.service_name,
        "date": wording.long_date(appointment.starts_at, zone),
        "heure": wording.clock_time(appointment.starts_at, zone),
        "lieu": str(place) if place else str(appointment.get_mode_display()),
        "prix": format_euros(appointment.price_cents),
        "reference": appointment.reference,
    }
