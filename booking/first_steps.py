"""What booking adds to the first steps of a practitioner: sessions, hours, and a first time that somebody can take."""

from django.utils.translation import gettext_lazy as _

from booking import slots
from booking.models import Appointment, OpeningRule, StripeAccount
from booking.policies.offer import bookable_services
from common import clock
from practitioners.first_steps import FirstStep, first_steps, milestones
from practitioners.models import Practitioner


def register() -> None:
    first_steps.register(
        "services",
        FirstStep(
            _("Offer a session"),
            _("Its length and its price: what is offered can be booked."),
            "office:services",
            lambda practitioner: bookable_services().filter(practitioner=practitioner).exists(),
        ),
        order=20,
    )
    first_steps.register(
        "hours",
        FirstStep(
            _("Open your agenda"),
            _("Say on which days you receive; leave and holidays are taken out later."),
            "office:hours",
            lambda practitioner: OpeningRule.objects.filter(practitioner=practitioner).exists(),
        ),
        order=30,
    )
    first_steps.register(
        "times",
        FirstStep(
            _("See the times that clients see"),
            _("When no time is offered, the page of your hours says why."),
            "office:hours",
            lambda practitioner: bool(slots.next_slots([practitioner.pk], now=clock.now(), days=1, per_day=1)),
        ),
        order=40,
    )
    first_steps.register(
        "payments",
        FirstStep(
            _("Be paid online, if you wish"),
            _("Deposits and sessions by card; you can also be paid on the spot alone."),
            "office:payments",
            lambda practitioner: StripeAccount.objects.filter(
                practitioner=practitioner, card_payments=StripeAccount.CardPayments.ACTIVE
            ).exists(),
            is_optional=True,
        ),
        order=60,
    )
    milestones.register("appointment", _has_an_appointment)


def _has_an_appointment(practitioner: Practitioner) -> bool:
    return Appointment.objects.filter(practitioner=practitioner, booked_at__isnull=False).exists()
