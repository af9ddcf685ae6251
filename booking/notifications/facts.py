"""What a message says, frozen when it is caused: an appointment that changes later changes no earlier message.

Only what is named here goes into a message, so nothing about health can. What was frozen is given back as the models it came
from, which templates and the calendar's file read as ever; a field that was not frozen refuses to be read from today's row.
"""

import datetime as dt
from typing import Any, NoReturn, TypeVar

from django.db.models import Model

from booking.models import Appointment
from places.models import Commune
from practitioners.models import PracticePlace, Practitioner, Service

APPOINTMENT = (
    "id", "reference", "status", "starts_at", "ends_at", "timezone", "mode", "service_name", "price_cents", "advance_cents",
    "advance_kind", "on_request", "cancellation_tiers", "contact_first_name", "contact_last_name", "contact_email",
    "contact_phone", "for_relative", "attendee_first_name", "attendee_last_name", "attendee_is_minor", "home_street",
    "home_complement", "home_postal_code", "group_id", "series_id", "booked_in_office", "moves", "answer_by", "booked_at",
    "cancelled_at", "calendar_sequence", "practitioner_terms_id", "practitioner_privacy_id",
)  # fmt: skip
PRACTITIONER = ("id", "slug", "first_name", "last_name", "professional_email", "phone", "mediator", "mediator_contact")
PLACE = ("id", "name", "street", "complement", "postal_code", "access", "door_code", "step_free")
COMMUNE = ("insee", "name")
SERVICE = ("id", "name", "duration_minutes", "seats", "preparation")
M = TypeVar("M", bound=Model)


class NotFrozen(AttributeError):
    """A message reads something that was not frozen with it: name the field above."""


def freeze(appointment: Appointment) -> dict[str, Any]:
    place, home = appointment.place, appointment.home_commune
    return {
        "appointment": _values(appointment, APPOINTMENT),
        "practitioner": _values(appointment.practitioner, PRACTITIONER),
        "service": _values(appointment.service, SERVICE),
        "place": _values(place, PLACE) | {"commune": _values(place.commune, COMMUNE)} if place else None,
        "home_commune": _values(home, COMMUNE) if home else None,
        "policy": appointment.policy.text if appointment.policy else "",
    }


def thaw(facts: dict[str, Any]) -> Appointment:
    """The appointment as it was, with its practitioner, its service and its place."""
    appointment = _row(Appointment, facts["appointment"])
    appointment.practitioner = _row(Practitioner, facts["practitioner"])
    appointment.service = _row(Service, facts["service"])
    appointment.place = _place(facts["place"]) if facts["place"] else None
    appointment.home_commune = _row(Commune, facts["home_commune"]) if facts["home_commune"] else None
    return appointment


def _place(values: dict[str, Any]) -> PracticePlace:
    place = _row(PracticePlace, {name: value for name, value in values.items() if name != "commune"})
    place.commune = _row(Commune, values["commune"])
    return place


def _values(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value for name, value in values.items()
    }


def _row(model: type[M], values: dict[str, Any]) -> M:
    # In the order of the fields, which is what Django goes by; what is not here stays unread.
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    row = model.from_db(None, names, [values[name] for name in names])

    def refuse(using: str | None = None, fields: list[str] | None = None, from_queryset: Any = None) -> NoReturn:
        raise NotFrozen(f"{model.__name__}.{', '.join(fields or [])}")

    row.refresh_from_db = refuse  # type: ignore[method-assign, assignment]
    return row
