"""What a booking rests on: the documents in force, each accepted by version, and the early-performance request."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import Appointment
from legal.actions import documents
from legal.models import LegalDocument, LegalVersion

Kind = LegalDocument.Kind
WITHDRAWAL_PERIOD = dt.timedelta(days=14)


@dataclass(frozen=True)
class Box:
    name: str
    version: LegalVersion
    text: str


def boxes_for(appointment: Appointment, *, now: dt.datetime) -> list[Box]:
    """The documents in force that this booking rests on: the site's terms and privacy policy, the practitioner's terms of sale."""
    owner = appointment.practitioner.user_id
    wanted = [
        (Kind.CGU, None, _("I accept the terms of use (version %(number)s)")),
        (Kind.PRIVACY, None, _("I have read the privacy policy (version %(number)s)")),
        (Kind.PRACTITIONER_TERMS, owner, _("I accept the practitioner's terms of sale (version %(number)s)")),
    ]
    in_force = documents.in_force([(kind, whose) for kind, whose, _words in wanted], now=now)
    boxes = []
    for kind, whose, words in wanted:
        version = in_force.get((kind, whose))
        if version is not None:
            boxes.append(Box(f"accept_{kind.value.replace('-', '_')}", version, words % {"number": version.number}))
    return boxes


def needs_express_request(appointment: Appointment, *, now: dt.datetime) -> bool:
    """A session inside the fourteen days of withdrawal starts early only at the client's express request."""
    return appointment.starts_at < now + WITHDRAWAL_PERIOD
