"""Details the practitioner changes alone. Checked facts go through the file (`applications.declare`)."""

from typing import Any

from django.db import transaction

from practitioners.actions.announcements import announce
from practitioners.models import PracticePlace, Practitioner

CONTACT = (
    "professional_email", "phone", "phone_on_request", "street", "postal_code", "town", "languages", "payment_methods",
    "home_radius_km",
)  # fmt: skip
PLACE = ("complement", "access", "door_code", "step_free")


@transaction.atomic
def update_contact(*, practitioner: Practitioner, values: dict[str, Any]) -> Practitioner:
    """`values` are those of `ContactForm`; anything else in them is ignored."""
    for name in CONTACT:
        setattr(practitioner, name, values[name])
    practitioner.save(update_fields=CONTACT)
    practitioner.themes.set(values["themes"])
    announce(practitioner.pk)
    return practitioner


@transaction.atomic
def update_place(*, place: PracticePlace, values: dict[str, Any]) -> PracticePlace:
    for name in PLACE:
        setattr(place, name, values[name])
    place.save(update_fields=PLACE)
    announce(place.practitioner_id)
    return place
