"""What can be booked online, and under which settings."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.models import BookingSettings, OpeningRule, StripeAccount
from common.compiled import Compiled, Given
from practitioners.models import Practitioner, PractitionerPractice, Service

_SETTINGS = Compiled(lambda: BookingSettings.objects.filter(practitioner=Given("practitioner")))


def settings_of(practitioner: Practitioner) -> BookingSettings:
    """The practitioner's settings, or the defaults in an unsaved row."""
    found = _SETTINGS.first(practitioner=practitioner.pk)
    return found or BookingSettings(practitioner=practitioner)


def bookable_services() -> QuerySet[Service]:
    """Services of listed practitioners that can be booked now.

    One whose certificate was not checked is not offered (R3), nor one paid online while Stripe does not take cards for
    the practitioner (M1).
    """
    checked = PractitionerPractice.objects.filter(
        practitioner=OuterRef("practitioner"), practice=OuterRef("practice"), certificate_checked_at__isnull=False
    )
    takes_cards = StripeAccount.objects.filter(
        practitioner=OuterRef("practitioner"), card_payments=StripeAccount.CardPayments.ACTIVE
    )
    return Service.objects.filter(
        Q(payment=Service.Payment.NONE) | Exists(takes_cards),
        Exists(checked),
        practitioner__status=Practitioner.Status.LISTED,
        bookable=True,
        archived_at=None,
    )


def practitioners_offering(practitioner_ids: Iterable[int]) -> set[int]:
    """Among these, those with a bookable service and opening rules for its way to meet: one query."""
    rules = OpeningRule.objects.filter(practitioner=OuterRef("practitioner"), modes__contains=[OuterRef("mode")])
    found = bookable_services().filter(Exists(rules), practitioner__in=list(practitioner_ids))
    return set(found.values_list("practitioner", flat=True))
