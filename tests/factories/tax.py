"""Practitioners who received something through the platform in 2025, and the files made of it."""

import datetime as dt
from typing import Any

from accounts.models import User
from booking.actions import tax_reports
from booking.models import Payment, Refund, TaxReport
from booking.platform_report.identity import Birth
from common.clock import PARIS
from practitioners.models import Practitioner
from tests.factories.booking import AppointmentFactory, PaymentFactory
from tests.factories.practitioners import PractitionerFactory

NOW = dt.datetime(2026, 1, 12, 9, tzinfo=PARIS)
BIRTH = Birth("1980-05-17", "Lyon 3e", "FR", "1234567890123")


def at(month: int, day: int = 10, year: int = 2025) -> dt.datetime:
    return dt.datetime(year, month, day, 12, tzinfo=PARIS)


def somebody(**details: Any) -> Practitioner:
    practitioner = PractitionerFactory(street="4 rue des Lilas", postal_code="69003", town="Lyon")
    told = {"nature": "individual", "entity_name": "", "birth": BIRTH} | details
    tax_reports.keep_details(practitioner=practitioner, now=NOW, **told)
    return practitioner


def paid(practitioner: Practitioner, when: dt.datetime, amount: int = 6000, fee: int = 245, **more: Any) -> Payment:
    fields = {"price_cents": amount, "advance_cents": amount, "fee_cents": fee, "starts_at": when} | more
    appointment = AppointmentFactory(practitioner=practitioner, **fields)
    return PaymentFactory(appointment=appointment, amount_cents=amount, fee_cents=fee, paid_at=when)


def given_back(payment: Payment, amount: int, **more: Any) -> Refund:
    fields = {"status": "done", "refund_id": f"re_{payment.pk}_{amount}", "cause": "client", "ordered_at": NOW} | more
    return Refund.objects.create(payment=payment, amount_cents=amount, **fields)


def made(by: User, year: int = 2025, now: dt.datetime = NOW) -> TaxReport:
    report = tax_reports.prepare(year=year, by=by, now=now)
    tax_reports.write(report_id=report.pk)
    report.refresh_from_db()
    return report


def filed(by: User, **more: Any) -> TaxReport:
    report = made(by, **more)
    tax_reports.mark_filed(report_id=report.pk, by=by, now=NOW)
    report.refresh_from_db()
    return report
