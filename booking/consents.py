"""What a booking rests on: the documents in force, accepted or only shown by version, and the early-performance request."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import Appointment
from legal.actions import documents
from legal.models import LegalDocument, LegalVersion
from practitioners.models import Practitioner

Kind = LegalDocument.Kind
WITHDRAWAL_PERIOD = dt.timedelta(days=14)


@dataclass(frozen=True)
class Box:
    name: str
    version: LegalVersion
    text: str


@dataclass(frozen=True)
class Basis:
    """`privacy`: the practitioner's own policy. It informs; a box for it would ask for a consent that the law does not rest on."""

    boxes: list[Box]
    privacy: LegalVersion | None


def basis_of(appointment: Appointment, *, now: dt.datetime) -> Basis:
    """The documents in force: the site's terms and privacy policy, the practitioner's terms of sale and privacy policy."""
    owner = appointment.practitioner.user_id
    wanted = [
        (Kind.CGU, None, _("I accept the terms of use (version %(number)s)")),
        (Kind.PRIVACY, None, _("I have read the privacy policy (version %(number)s)")),
        (Kind.PRACTITIONER_TERMS, owner, _("I accept the practitioner's terms of sale (version %(number)s)")),
    ]
    shown = (Kind.PRACTITIONER_PRIVACY, owner)
    # One query for all of them.
    in_force = documents.in_force([*((kind, whose) for kind, whose, _words in wanted), shown], now=now)
    boxes = []
    for kind, whose, words in wanted:
        version = in_force.get((kind, whose))
        if version is not None:
            boxes.append(Box(f"accept_{kind.value.replace('-', '_')}", version, words % {"number": version.number}))
    return Basis(boxes, in_force.get(shown))


def in_force_in_office(
    practitioner: Practitioner, *, now: dt.datetime
) -> tuple[LegalVersion | None, LegalVersion | None]:
    """The practitioner's terms and privacy policy, for what is booked without the client: its mail names them."""
    owner = practitioner.user_id
    wanted = [(Kind.PRACTITIONER_TERMS, owner), (Kind.PRACTITIONER_PRIVACY, owner)]
    found = documents.in_force(wanted, now=now)
    return found.get(wanted[0]), found.get(wanted[1])


def needs_express_request(appointment: Appointment, *, now: dt.datetime) -> bool:
    """A session inside the fourteen days of withdrawal starts early only at the client's express request."""
    return appointment.starts_at < now + WITHDRAWAL_PERIOD
