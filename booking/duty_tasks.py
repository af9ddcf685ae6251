"""What the law or an invoice waits for, as lines of the practitioner's overview."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.actions.late_payments import owed_by
from booking.models import Payment, TaxDetails
from common.clock import today
from practitioners.models import Practitioner
from practitioners.office_tasks import Task


def duty_tasks(practitioner: Practitioner) -> Iterator[Task]:
    """Details for the tax office once something was received, then what is owed to the platform."""
    paid = Payment.objects.filter(account__practitioner=practitioner, status=Payment.Status.PAID)
    if not TaxDetails.objects.filter(practitioner=practitioner).exists() and paid.exists():
        yield Task(
            _("Declaration to the tax office"),
            reverse("office:tax"),
            "todo",
            _("To be completed"),
            _("The law asks for your date and place of birth: two minutes."),
        )
    if owed_by(practitioner, today=today()).exists():
        yield Task(
            _("An invoice of the platform is overdue"),
            reverse("office:late"),
            "fix",
            _("To be paid"),
        )
