"""The services of a practitioner: what is offered, at what price, with what advance."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from booking import fees
from booking.errors import DepositBelowFee
from booking.models import IntakeQuestion, IntakeSettings
from common.money import format_euros
from common.signals import listing_changed
from practitioners.models import Practitioner, Service


def check_advance(*, service: Service, now: dt.datetime) -> None:
    """A first payment must exceed the fee that is taken on it (M3). Raises DepositBelowFee with the fee in words."""
    if service.payment == Service.Payment.NONE:
        return
    fee = fees.first_payment_fee(
        price_cents=service.price_cents, advance_cents=service.advance_cents, rate=fees.rate_at(now)
    )
    if service.advance_cents <= fee:
        text = _("The online payment must exceed the service fee, which is %(fee)s for this price.")
        raise DepositBelowFee(text % {"fee": format_euros(fee)})


@transaction.atomic
def save(*, service: Service, now: dt.datetime, home_radius_km: int | None = None) -> Service:
    """Appointments already booked keep what was frozen on them. Raises DepositBelowFee.

    A new one comes last. `home_radius_km`, when said, holds for all the sessions at home.
    """
    check_advance(service=service, now=now)
    if service.payment != Service.Payment.DEPOSIT:
        service.deposit_cents, service.deposit_percent = 0, None
    if service._state.adding:
        last = Service.objects.filter(practitioner=service.practitioner).order_by("-position").first()
        service.position = last.position + 1 if last else 0
    service.save()
    if home_radius_km is not None:
        Practitioner.objects.filter(pk=service.practitioner_id).update(home_radius_km=home_radius_km)
    _changed(service)
    return service


@transaction.atomic
def copy_questions(*, source: Service, target: Service) -> None:
    """The variant of a session asks what the session it was made from asks."""
    known = IntakeSettings.objects.filter(service=source).first()
    if known is not None:
        known.pk, known.service, known._state.adding = None, target, True
        known.save()
    for question in IntakeQuestion.objects.filter(service=source):
        question.pk, question.service, question._state.adding = None, target, True
        question.save()


@transaction.atomic
def move(*, service: Service, up: bool) -> None:
    """One place up or down in the list, which is the order clients read; the first is the one shown on results."""
    rows = list(
        Service.objects.select_for_update(no_key=True)
        .filter(practitioner=service.practitioner_id, archived_at=None)
        .order_by("position", "pk")
    )
    here = next(place for place, row in enumerate(rows) if row.pk == service.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows):
        if row.position != position:
            Service.objects.filter(pk=row.pk).update(position=position)
    _changed(service)


@transaction.atomic
def archive(*, service: Service, now: dt.datetime) -> None:
    service.archived_at = now
    service.save(update_fields=["archived_at"])
    _changed(service)


@transaction.atomic
def restore(*, service: Service) -> None:
    service.archived_at = None
    service.save(update_fields=["archived_at"])
    _changed(service)


def _changed(service: Service) -> None:
    transaction.on_commit(lambda: listing_changed.send(sender=Service, practitioner_id=service.practitioner_id))
