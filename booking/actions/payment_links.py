"""The balance of an appointment, or a part of it, asked to be paid online after the booking (M2)."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from booking import fees, notifications
from booking.actions import appointments, payments, refunds
from booking.errors import AskedAlready, DepositBelowFee, LinkOver, MoreThanOwed, NothingOwed, PaymentsInactive
from booking.models import Appointment, Payment, PaymentLink, StripeAccount
from common.money import format_euros

LASTS = dt.timedelta(days=30)


def remains_cents(appointment: Appointment) -> int:
    """What of the price was not paid online, refunds counted; what was paid on the spot, only the practitioner knows."""
    return max(0, appointment.price_cents - refunds.left_cents(appointment))


def may_ask(appointment: Appointment) -> bool:
    return appointment.status in payments.PAYABLE_LATER and remains_cents(appointment) > 0


def address(link: PaymentLink) -> str:
    return settings.BASE_URL + reverse("booking:pay_link", args=[link.token])


@transaction.atomic
def create(*, appointment_id: int, amount_cents: int, message: str, actor: User, now: dt.datetime) -> PaymentLink:
    """Ask for it, and tell the client. Raises NothingOwed, PaymentsInactive, MoreThanOwed, DepositBelowFee, AskedAlready."""
    appointment = appointments.locked(appointment_id)
    if not may_ask(appointment):
        raise NothingOwed
    if not StripeAccount.objects.filter(practitioner=appointment.practitioner_id, card_payments="active").exists():
        raise PaymentsInactive
    if amount_cents > remains_cents(appointment):
        raise MoreThanOwed.of(format_euros(remains_cents(appointment)))
    fee = fees.later_payment_fee(appointment=appointment, amount_cents=amount_cents)
    if amount_cents <= fee:
        text = _("The amount must exceed the service fee that is taken on it, which is %(fee)s.")
        raise DepositBelowFee(text % {"fee": format_euros(fee)})
    try:
        with transaction.atomic():
            link = PaymentLink.objects.create(
                appointment=appointment,
                token=secrets.token_urlsafe(16),
                amount_cents=amount_cents,
                message=message,
                created_by=actor,
                created_at=now,
                expires_at=now + LASTS,
            )
    except IntegrityError as error:
        if "one_open_link_an_appointment" not in str(error):
            raise
        raise AskedAlready from error
    notifications.tell(
        appointment,
        "payment_asked",
        to=("client",),
        number=link.pk,
        amount_cents=amount_cents,
        until=link.expires_at,
        link_url=address(link),
    )
    return link


def withdraw(*, link_id: int, now: dt.datetime) -> PaymentLink:
    """No longer ask: its page is closed at Stripe for certain first. What was paid meanwhile stays paid. Raises StripeUnreachable."""
    payments.close_all(Payment.objects.filter(link=link_id), now=now)
    with transaction.atomic():
        link = PaymentLink.objects.select_for_update(no_key=True).get(pk=link_id)
        if link.is_open and not link.payments.filter(status__in=Payment.LIVE).exists():
            link.withdrawn_at = now
            link.save(update_fields=["withdrawn_at"])
    return link


def start(*, link_id: int, now: dt.datetime) -> str:
    """Where to pay. Raises LinkOver, PaymentsInactive, StripeUnreachable (nothing was charged; ask again), StripeRefused."""
    under_way = Payment.objects.filter(link=link_id)
    if under_way.filter(status=Payment.Status.OPEN, session_expires_at__lte=now).exists():
        payments.close_all(under_way, now=now)
    return payments.page_of(_attempt(link_id, now), now=now)


@transaction.atomic
def _attempt(link_id: int, now: dt.datetime) -> Payment:
    appointment = appointments.locked(PaymentLink.objects.values_list("appointment", flat=True).get(pk=link_id))
    link = PaymentLink.objects.select_for_update(no_key=True).get(pk=link_id)
    if not is_payable(link, appointment, now=now):
        raise LinkOver
    live = link.payments.filter(status__in=Payment.LIVE).select_related("account", "link").first()
    if live:
        return live
    return payments.begun(
        appointment,
        amount_cents=link.amount_cents,
        fee_cents=fees.later_payment_fee(appointment=appointment, amount_cents=link.amount_cents),
        link=link,
        now=now,
    )


def is_payable(link: PaymentLink, appointment: Appointment, *, now: dt.datetime) -> bool:
    return (
        link.is_open
        and link.expires_at > now
        and appointment.status in payments.PAYABLE_LATER
        and link.amount_cents <= remains_cents(appointment)
    )


def refresh(*, link_id: int, now: dt.datetime) -> PaymentLink:
    """Back from Stripe's page: what it says, not the address, tells whether it is paid. Raises StripeUnreachable, StripeRefused."""
    for payment_id in Payment.objects.filter(
        link=link_id, status__in=[Payment.Status.CREATING, Payment.Status.OPEN]
    ).values_list("pk", flat=True):
        payments.refresh(payment_id=payment_id, now=now)
    return PaymentLink.objects.get(pk=link_id)


def over(*, now: dt.datetime) -> list[int]:
    """Links that are too old, or of appointments that are off: the sweep closes their pages."""
    waiting = PaymentLink.objects.filter(paid_at=None, withdrawn_at=None)
    found = waiting.exclude(expires_at__gt=now, appointment__status__in=payments.PAYABLE_LATER)
    return list(found.values_list("pk", flat=True)[:100])
