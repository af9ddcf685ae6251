"""Optional services of the catalogue, and the subscription of the demo's practitioner, really paid at the stand-in."""

import datetime as dt

from django.conf import settings

from booking.actions import subscriptions
from booking.models import PaidService, PaidServiceVersion, ServiceSubscription
from common import clock
from demo.content.load import table
from demo.seed.accounts import address
from demo.stripe.client import Control
from practitioners.models import Practitioner


def catalogue() -> None:
    now = clock.now()
    for row in table("paid_services")["services"]:
        service = PaidService.objects.create(slug=row["slug"], name=row["name"], delivered_by=row["delivered_by"])
        PaidServiceVersion.objects.create(
            service=service,
            valid_from=now - dt.timedelta(days=200),
            price_cents=row["price_cents"],
            interval=row["interval"],
            vat=settings.PLATFORM_VAT,
            gives=row["gives"].strip(),
            terms=row["terms"].strip(),
        )


def subscription() -> None:
    """As the practitioner would: the agreement, Stripe's page, the truth read again. The renewals are up to who plays."""
    practitioner = Practitioner.objects.select_related("user").get(user__email=address("practitioner"))
    now = clock.now()
    service = PaidService.objects.get(delivered_by=PaidService.DeliveredBy.ACCOUNTING)
    version = subscriptions.version_of(service, now=now)
    if version is None:
        raise LookupError(service)
    row = subscriptions.agree(
        practitioner=practitioner,
        version=version,
        by=practitioner.user,
        agreement="[x] J’accepte le prix et les conditions (démonstration).",
        starts_at_once=True,
        now=now,
    )
    subscriptions.page_of(subscription_id=row.pk, now=now)
    row.refresh_from_db()
    Control(settings.STRIPE_API_BASE).pay(str(row.session_id), email=practitioner.user.email)
    subscriptions.refresh(subscription_id=row.pk, now=clock.now())


def is_wanting() -> bool:
    return not ServiceSubscription.objects.exists()
