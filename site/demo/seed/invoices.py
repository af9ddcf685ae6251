"""Invoices of the demo's practitioner: the mandate accepted, a few sessions billed, one of them corrected."""

import datetime as dt

from booking.actions import client_invoices, invoices
from booking.models import Appointment, Status, Vat
from common import clock
from legal.actions import acceptances, documents
from legal.models import LegalDocument
from practitioners.models import Practitioner

SHOWN = 6


def accept_mandate(practitioner: Practitioner, *, now: dt.datetime) -> bool:
    """Nothing is issued in somebody's name before; False where the demo has no such document."""
    version = documents.current(kind=LegalDocument.Kind.MANDATE, now=now)
    if version is None:
        return False
    accepted = client_invoices.mandate_of(practitioner)
    if accepted is None or accepted.version_id != version.pk:
        acceptances.accept(
            user=practitioner.user,
            version=version,
            box_text=f"J’ai lu et j’accepte la version {version.number} de « {version.title} ».",
            page="/espace-praticien/paiements/factures/reglages/",
            ip="192.0.2.21",
            agent="Mozilla/5.0 (démonstration)",
            now=now,
        )
        client_invoices.save_settings(practitioner=practitioner, vat=Vat.FRANCHISE, automatic=False, now=now)
    return True


def story(practitioner: Practitioner) -> None:
    """Two of the client's own sessions, so that the account has invoices too, and some of others; one is corrected."""
    now = clock.now()
    if not accept_mandate(practitioner, now=now - dt.timedelta(days=15)):
        return
    done = Appointment.objects.filter(practitioner=practitioner, status=Status.DONE, price_cents__gt=0, ends_at__lt=now)
    done = done.filter(invoices=None)
    mine = list(done.filter(client__email="client@demo.example").order_by("starts_at"))
    others = list(done.exclude(client__email="client@demo.example").exclude(client=None).order_by("-starts_at")[:SHOWN])
    issued = [client_invoices.issue(appointment=row, now=now) for row in (*mine[:2], *others)]
    for row in issued[:-2]:
        invoices.mark_paid(invoice=row, now=now)
    if issued:
        invoices.correct(
            invoice=issued[-1], amount_cents=1000, reason="Tarif de la première séance, annoncé au téléphone", now=now
        )
