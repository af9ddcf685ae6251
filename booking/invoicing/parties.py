"""Who sells and who buys, as copied into an invoice: the facts of the day it is issued, whatever changes afterwards."""

from typing import TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from booking.errors import InvoiceFactsMissing
from booking.models import Appointment, BillingDetails
from practitioners.models import Practitioner


class Party(TypedDict):
    name: str
    legal_form: str
    street: str
    postal_code: str
    town: str
    siren: str
    siret: str
    vat_number: str
    email: str


def platform() -> Party:
    """The operator, from the settings; raises InvoiceFactsMissing when they say too little for a lawful invoice."""
    facts = settings.PLATFORM_IDENTITY
    party = Party(
        name=facts["name"],
        legal_form=facts["legal_form"],
        street=facts["street"],
        postal_code=facts["postal_code"],
        town=facts["town"],
        siren=facts["siret"][:9],
        siret=facts["siret"],
        vat_number=facts["vat_number"],
        email=facts["email"],
    )
    return _whole(
        party,
        _("The platform’s own identity is not set: PLATFORM_NAME, PLATFORM_SIRET, address."),
    )


def practitioner(row: Practitioner) -> Party:
    """A business: name, form, address and SIRET as they were checked; raises InvoiceFactsMissing when one is wanting."""
    return _whole(
        Party(
            name=row.full_name,
            legal_form=row.legal_form,
            street=row.street,
            postal_code=row.postal_code,
            town=row.town,
            siren=row.siret[:9],
            siret=row.siret,
            vat_number=row.vat_number.replace(" ", ""),
            email=row.professional_email,
        ),
        _("An invoice needs your name, your professional address and your SIRET: complete your details first."),
    )


def client(appointment: Appointment) -> Party:
    """Who booked, or the business the client wants billed. Never who came: that is nobody else's concern."""
    details = _details(appointment.client)
    if details is None:
        return _person(appointment.contact_name)
    return Party(
        name=details.name or appointment.contact_name,
        legal_form="",
        street=details.street,
        postal_code=details.postal_code,
        town=details.town,
        siren=details.siren,
        siret="",
        vat_number=details.vat_number.replace(" ", ""),
        email="",
    )


def _details(user: User | None) -> BillingDetails | None:
    return BillingDetails.objects.filter(user=user).first() if user else None


def _person(name: str) -> Party:
    return Party(
        name=name, legal_form="", street="", postal_code="", town="", siren="", siret="", vat_number="", email=""
    )


def _whole(party: Party, words: str) -> Party:
    if not all((party["name"], party["street"], party["postal_code"], party["town"], party["siret"])):
        raise InvoiceFactsMissing(words)
    return party
