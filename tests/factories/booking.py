"""Agendas that can be booked, and appointments in every state."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import factory
from django.db import connection
from factory.django import DjangoModelFactory

from booking.models import Appointment, FeeRate, OpeningRule, Payment, Status, StripeAccount
from common.clock import now
from practitioners.models import Practitioner, Service
from tests.factories.accounts import UserFactory
from tests.factories.practitioners import PractitionerFactory


class OpeningRuleFactory(DjangoModelFactory):
    class Meta:
        model = OpeningRule

    practitioner = factory.SubFactory(PractitionerFactory)
    place = factory.LazyAttribute(lambda o: o.practitioner.places.first())
    modes = factory.LazyFunction(lambda: ["cabinet"])
    weekday = 0
    start = dt.time(9)
    end = dt.time(18)


class StripeAccountFactory(DjangoModelFactory):
    class Meta:
        model = StripeAccount

    practitioner = factory.SubFactory(PractitionerFactory)
    account_id = factory.Sequence(lambda n: f"acct_test{n:012d}")
    card_payments = "active"


def open_every_day(
    practitioner: Practitioner, start: dt.time = dt.time(9), end: dt.time = dt.time(18), **fields: Any
) -> None:
    for weekday in range(7):
        OpeningRuleFactory(practitioner=practitioner, weekday=weekday, start=start, end=end, **fields)


def bookable_practitioner(*, account: str = "", **service_fields: Any) -> tuple[Practitioner, Service]:
    """A listed practitioner open every day from 9 to 18, with one service; `account` is a Stripe account that takes cards."""
    practitioner = PractitionerFactory()
    open_every_day(practitioner)
    if account:
        StripeAccountFactory(practitioner=practitioner, account_id=account)
    service = practitioner.services.get()
    for name, value in service_fields.items():
        setattr(service, name, value)
    service.save()
    return practitioner, service


class AppointmentFactory(DjangoModelFactory):
    """Confirmed, tomorrow at noon UTC, an hour, unless told otherwise."""

    class Meta:
        model = Appointment

    class Params:
        minutes = 60

    reference = factory.Sequence(lambda n: f"RDV{n:07d}")
    practitioner = factory.SubFactory(PractitionerFactory)
    service = factory.LazyAttribute(lambda o: o.practitioner.services.first())
    place = factory.LazyAttribute(lambda o: o.practitioner.places.first())
    client = factory.SubFactory(UserFactory)
    status = Status.CONFIRMED
    starts_at = factory.LazyFunction(
        lambda: (now() + dt.timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(minutes=o.minutes))
    busy_start = factory.LazyAttribute(lambda o: o.starts_at)
    busy_end = factory.LazyAttribute(lambda o: o.ends_at)
    timezone = "Europe/Paris"
    mode = "cabinet"
    service_name = factory.LazyAttribute(lambda o: o.service.name)
    price_cents = 6000
    cancellation_tiers = factory.LazyFunction(lambda: [{"hours_before": 24, "percent": 100}])
    contact_first_name = "Léa"
    contact_last_name = "Bernard"
    contact_email = factory.LazyAttribute(lambda o: o.client.email if o.client else "lea@example.fr")
    booked_at = factory.LazyFunction(now)


class HeldFactory(AppointmentFactory):
    """A time held by the session "visitor", until in 15 minutes."""

    client = None
    status = Status.HELD
    booked_at = None
    holder_key = "visitor"
    hold_expires_at = factory.LazyFunction(lambda: now() + dt.timedelta(minutes=15))


class PaymentFactory(DjangoModelFactory):
    class Meta:
        model = Payment

    appointment = factory.SubFactory(AppointmentFactory, advance_cents=6000, fee_cents=245)
    account = factory.LazyAttribute(
        lambda o: (
            StripeAccount.objects.filter(practitioner=o.appointment.practitioner).first()
            or StripeAccountFactory(practitioner=o.appointment.practitioner)
        )
    )
    attempt = 1
    status = Payment.Status.PAID
    amount_cents = 6000
    fee_cents = 245
    session_id = factory.Sequence(lambda n: f"cs_test_{n}")
    session_expires_at = factory.LazyFunction(lambda: now() + dt.timedelta(minutes=33))
    payment_intent = factory.Sequence(lambda n: f"pi_test_{n}")
    created_at = factory.LazyFunction(now)


@contextmanager
def past_triggers() -> Iterator[None]:
    """What no step of the program leads to, and yet a fault or time would leave behind."""
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("set session_replication_role = origin")


def as_if(payments: Any, **fields: Any) -> None:
    """Payments as a lost answer would leave them."""
    with past_triggers():
        payments.update(**fields)


def rate_since(valid_from: dt.datetime, **fields: Any) -> FeeRate:
    """A fee rate that was announced long ago."""
    with past_triggers():
        return FeeRate.objects.create(valid_from=valid_from, **fields)
