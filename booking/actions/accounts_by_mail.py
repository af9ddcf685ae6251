"""The service « Comptabilité par e-mail »: last month's invoices and accounting entries, sent on the third of each month.

The same files may be downloaded at any time for nothing: what is paid for is that somebody else does it each month.
"""

import datetime as dt

import structlog
from django.db import IntegrityError, transaction

from booking.actions import subscription_mails
from booking.errors import SubscriptionOver
from booking.invoicing import export
from booking.models import AccountsSent, PaidService, ServiceSubscription
from booking.subscription_terms import serves_from
from common import outbox
from common.clock import PARIS

log = structlog.get_logger(__name__)
# The fees of a month are invoiced on the first of the next one.
DAY_OF_MONTH = 3


def month_before(today: dt.date) -> tuple[dt.date, dt.date]:
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


def due(*, now: dt.datetime) -> list[int]:
    """Subscriptions whose last month is to be sent; while a payment is late, the service goes on."""
    today = now.astimezone(PARIS).date()
    if today.day < DAY_OF_MONTH:
        return []
    first, _last = month_before(today)
    rows = ServiceSubscription.objects.filter(
        service__delivered_by=PaidService.DeliveredBy.ACCOUNTING,
        state__in=ServiceSubscription.RUNNING,
        withdrawn_at=None,
        begun_at__lte=now,
    )
    return [row.pk for row in rows.exclude(accounts_sent__month=first)[:500] if (serves_from(row) or now) <= now]


def send(*, subscription_id: int, now: dt.datetime) -> AccountsSent | None:
    """Once a month and subscription; the files are of that moment. None when another worker has just sent it."""
    first, last = month_before(now.astimezone(PARIS).date())
    row = _with_all(subscription_id)
    practitioner = row.practitioner
    to = row.send_to or practitioner.user.email
    try:
        with transaction.atomic():
            sent = AccountsSent.objects.create(subscription=row, month=first, sent_to=to, at=now)
            outbox.send(
                key=f"accounts-{row.reference}-{first:%Y%m}",
                to=to,
                template="money/accounts_of_month",
                context={"practitioner": practitioner, "first": first, "last": last, "by": practitioner.full_name},
                attachments=[
                    {
                        "name": f"factures-{first:%Y-%m}.csv",
                        "content_type": "text/csv",
                        "text": "\ufeff" + export.csv(practitioner, first, last),
                    },
                    {
                        "name": export.fec_name(practitioner, last),
                        "content_type": "text/plain",
                        "text": export.fec(practitioner, first, last),
                    },
                ],
                headers={"Reply-To": practitioner.user.email},
                about=f"booking.ServiceSubscription:{row.reference}",
            )
    except IntegrityError as error:
        if "a_month_is_sent_once" not in str(error):
            raise
        return None
    return sent


def change_address(*, subscription_id: int, address: str) -> None:
    """Where the accounts go from now on; the practitioner is written to, so that a slip is seen. Raises SubscriptionOver."""
    with transaction.atomic():
        row = ServiceSubscription.objects.select_for_update(no_key=True).get(pk=subscription_id)
        if not row.is_running:
            raise SubscriptionOver
        if row.send_to == address:
            return
        row.send_to = address
        row.save(update_fields=["send_to"])
    subscription_mails.tell(_with_all(subscription_id), "address", mark=f"-{address}"[:80], address=address)


def _with_all(subscription_id: int) -> ServiceSubscription:
    return ServiceSubscription.objects.select_related("service", "version", "subscriber__practitioner__user").get(
        pk=subscription_id
    )
