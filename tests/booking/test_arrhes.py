"""Code de la consommation L214-1: what is paid in advance is arrhes unless stated acompte, and the booking says which."""

from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment
from practitioners.models import Service
from tests.booking.conftest import MERCHANT, Stripe, Visitor, free_start
from tests.factories.booking import bookable_practitioner

pytestmark = pytest.mark.django_db
WORDS = {
    "arrhes": "Arrhes, déduites du prix, à payer maintenant",
    "acompte": "Acompte, déduit du prix, à payer maintenant",
}


@pytest.mark.parametrize("kind", WORDS)
def test_the_booking_says_which_before_anything_is_paid(
    visitor: Visitor, stripe: Stripe, documents: None, kind: str
) -> None:
    practitioner, service = bookable_practitioner(account=MERCHANT, payment="deposit", deposit_cents=2000, advance=kind)
    visitor.hold(practitioner, service, free_start(practitioner, service, 60))
    appointment = Appointment.objects.get()
    visitor.post(f"/rendez-vous/{appointment.reference}/coordonnees/", visitor.details)
    page = visitor.get(f"/rendez-vous/{appointment.reference}/verifier/").content.decode()
    shown = [name for name, words in WORDS.items() if words in page]
    assert shown == [kind]
    assert ("Si le praticien annule, tout vous est remboursé ici" in page) == (kind == "arrhes")
    assert appointment.advance_kind == kind
    service.advance = "acompte" if kind == "arrhes" else "arrhes"
    service.save()
    appointment.refresh_from_db()
    assert appointment.advance_kind == kind, "what was said when it was booked stays"


def test_an_advance_of_which_nothing_is_said_is_arrhes(client: Client, login_as: Any, documents: None) -> None:
    practitioner, _service = bookable_practitioner()
    login_as(practitioner.user)
    assert Service._meta.get_field("advance").get_default() == Service.Advance.ARRHES
    page = client.get("/espace-praticien/seances/nouvelle/").content.decode()
    arrhes = page.split('value="arrhes"', 1)[1].split(">", 1)[0]
    assert "checked" in arrhes
