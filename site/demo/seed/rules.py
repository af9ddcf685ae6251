"""Hours that a real practice has: Saturdays every other week, holidays closed, a question before the session, how to prepare."""

import datetime as dt

from booking.actions import opening
from booking.holidays_calendar import school_holidays, zone_of_department
from booking.models import IntakeQuestion, IntakeSettings, OpeningRule
from common import clock
from practitioners.models import Practitioner

YEAR = dt.timedelta(days=365)
QUESTIONS: tuple[tuple[str, str, list[str]], ...] = (
    ("Comment avez-vous connu le cabinet ?", IntakeQuestion.Kind.SHORT, []),
    (
        "Préférez-vous être installé sur une chaise ou allongé ?",
        IntakeQuestion.Kind.CHOICE,
        ["Sur une chaise", "Allongé", "Je verrai sur place"],
    ),
)
PREPARATION = (
    "Venez en tenue confortable, cinq minutes avant l’heure. Évitez un repas copieux juste avant ; "
    "une couverture et de l’eau vous attendent."
)


def story(practitioner: Practitioner) -> None:
    """Before the agenda is filled, so that no appointment falls where the practice is closed."""
    place = practitioner.places.select_related("commune__department").first()
    services = list(practitioner.services.all())
    if place is None or not services:
        return
    monday = clock.today() - dt.timedelta(days=clock.today().weekday())
    OpeningRule.objects.create(
        practitioner=practitioner,
        place=place,
        modes=["cabinet"],
        weekday=5,
        start=dt.time(9),
        end=dt.time(12, 30),
        parity=OpeningRule.Parity.ALTERNATE,
        valid_from=monday,
    )
    zone = zone_of_department(place.commune.department.code)
    first = school_holidays(zone, clock.today(), clock.today() + YEAR)[:1]
    opening.close_holidays(practitioner=practitioner, holidays=first)
    for position, (text, kind, choices) in enumerate(QUESTIONS):
        IntakeQuestion.objects.create(
            practitioner=practitioner,
            service=services[0] if position else None,
            text=text,
            kind=kind,
            choices=choices,
            position=position,
        )
    IntakeSettings.objects.create(service=services[0], asks_reason=True)
    services[0].preparation = PREPARATION
    services[0].internal_note = "Prévoir le coussin de sol et la couverture légère."
    services[0].save(update_fields=["preparation", "internal_note"])
