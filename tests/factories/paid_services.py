"""An optional service with its price and terms, as the operator keeps it."""

import datetime as dt
from typing import Any

from booking.models import PaidService, PaidServiceVersion
from common.clock import now


def make_service(
    *, cents: int = 900, interval: str = "month", delivered_by: str = "accounting", **fields: Any
) -> PaidService:
    number = PaidService.objects.count() + 1
    service = PaidService.objects.create(
        **{"slug": f"service-{number}", "name": f"Comptabilité par e-mail {number}", "delivered_by": delivered_by}
        | fields
    )
    make_service_version(service, cents=cents, interval=interval, valid_from=now() - dt.timedelta(days=1))
    return service


def make_service_version(service: PaidService, **fields: Any) -> PaidServiceVersion:
    cents = fields.pop("cents", 900)
    defaults: dict[str, Any] = {
        "valid_from": now() + dt.timedelta(days=30),
        "interval": "month",
        "vat": "standard",
        "gives": "Vos factures du mois\nVos écritures comptables",
        "terms": "Le service est fourni chaque mois.\n\nIl se résilie en ligne.",
    }
    version = PaidServiceVersion.objects.create(service=service, price_cents=cents, **defaults | fields)
    version.refresh_from_db()
    return version
