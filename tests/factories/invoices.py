"""Who may be billed, and by whom: a platform with an identity, practitioners under each VAT, sessions that took place."""

import datetime as dt
from typing import Any

from booking.models import Appointment, InvoicingSettings, Payment, Refund, Status
from common.clock import now
from legal.models import LegalDocument
from practitioners.models import Practitioner
from tests.factories.booking import AppointmentFactory, PaymentFactory
from tests.factories.legal import Kind, make_acceptance, make_document, make_version
from tests.factories.practitioners import PractitionerFactory

PLATFORM = {
    "name": "Jupi’Terre",
    "legal_form": "SARL au capital de 2\u00a0000\u00a0€, RCS Toulon 900\u00a0457\u00a0466",
    "street": "1 avenue de la Démonstration",
    "postal_code": "83400",
    "town": "Hyères",
    "siret": "90045746600010",
    "vat_number": "FR10900457466",
    "email": "facturation@exemple.fr",
}


def billing_practitioner(vat: str = "franchise", *, automatic: bool = False, **fields: Any) -> Practitioner:
    """Has accepted the mandate and said how VAT stands."""
    practitioner = PractitionerFactory(**fields)
    if vat == "standard":
        practitioner.vat_number = "FR44732829320"
        practitioner.save()
    document = LegalDocument.objects.filter(kind=Kind.MANDATE).first() or make_document(
        Kind.MANDATE, title="Mandats d’encaissement et de facturation"
    )
    version = document.versions.first() or make_version(document)
    make_acceptance(version, practitioner.user)
    InvoicingSettings.objects.create(
        practitioner=practitioner, vat=vat, automatic=automatic, updated_at=now() - dt.timedelta(days=30)
    )
    return practitioner


def session_that_took_place(practitioner: Practitioner, *, paid: int = 6000, **fields: Any) -> Appointment:
    """Yesterday, at sixty euros, `paid` of them online."""
    appointment = AppointmentFactory(
        practitioner=practitioner,
        status=Status.DONE,
        starts_at=now().replace(hour=12, minute=0, second=0, microsecond=0) - dt.timedelta(days=1),
        **({"advance_cents": paid, "fee_cents": 245} | fields if paid else fields),
    )
    if paid:
        PaymentFactory(appointment=appointment, amount_cents=paid, paid_at=appointment.starts_at)
    return appointment


def fee_paid(practitioner: Practitioner, paid_at: dt.datetime, fee_cents: int = 245, **fields: Any) -> Payment:
    """A payment of an appointment, of which the platform took its fee."""
    appointment = AppointmentFactory(
        practitioner=practitioner, status=Status.DONE, starts_at=paid_at, advance_cents=6000, fee_cents=fee_cents
    )
    return PaymentFactory(appointment=appointment, fee_cents=fee_cents, paid_at=paid_at, **fields)


def given_back(appointment: Appointment, cents: int, **fields: Any) -> Refund:
    """A refund that Stripe carried out."""
    return Refund.objects.create(
        payment=appointment.payments.get(),
        amount_cents=cents,
        cause=fields.pop("cause", Refund.Cause.REQUEST),
        status=Refund.Status.DONE,
        refund_id=f"re_{appointment.pk}_{cents}",
        ordered_at=now(),
        settled_at=fields.pop("settled_at", now()),
        **fields,
    )


def numbers(rows: Any) -> list[int]:
    return list(rows.order_by("sequence").values_list("sequence", flat=True))
