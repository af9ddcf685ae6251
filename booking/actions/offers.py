"""The services of a practitioner: what is offered, at what price, with what advance."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from booking import fees
from booking.errors import DepositBelowFee
from common.money import format_euros
from common.signals import listing_changed
from practitioners.models import Service


def check_advance(*, service: Service, now: dt.datetime) -> None:
    """A first payment must exceed the fee that is taken on it (M3). Raises DepositBelowFee with the fee in words."""
    if service.payment == Service.Payment.NONE:
        return
    fee = fees.service_fee(service.price_cents, fees.rate_at(now))
    if service.advance_cents <= fee:
        text = _("The online payment must exceed the service fee, which is %(fee)s for this price.")
        raise DepositBelowFee(text % {"fee": format_euros(fee)})


@transaction.atomic
def save(*, service: Service, now: dt.datetime) -> Service:
    """Appointments already booked keep what was frozen on them. Raises DepositBelowFee."""
    check_advance(service=service, now=now)
    if service.payment != Service.Payment.DEPOSIT:
        service.deposit_cents = 0
    service.save()
    _changed(service)
    return service


@transaction.atomic
def archive(*, service: Service, now: dt.datetime) -> None:
    service.archived_at = now
    service.save(update_fields=["archived_at"])
    _changed(service)


def _changed(service: Service) -> None:
    transaction.on_commit(lambda: listing_changed.send(sender=Service, practitioner_id=service.practitioner_id))
