"""The mentions French law wants on an invoice, with the subject codes that Factur-X gives them. In French: so is the invoice."""

from django.conf import settings

from booking.invoicing.parties import Party
from booking.invoicing.vat import CASES
from booking.models import Vat
from common.wording import elided, long_date
from legal.models import Acceptance
from practitioners.models import Practitioner

Note = dict[str, str]

# Code de commerce, L441-10 and D441-5: between professionals only.
LATE = (
    {
        "code": "PMD",
        "text": "En cas de retard de paiement, pénalités exigibles sans rappel, au taux d’intérêt de la Banque centrale européenne "
        "pour son opération de refinancement la plus récente, majoré de 10 points de pourcentage (article L441-10 du code de commerce).",
    },
    {
        "code": "PMT",
        "text": "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement\u00a0: 40\u00a0€ (article D441-5 du code de commerce).",
    },
    {"code": "AAB", "text": "Pas d’escompte pour paiement anticipé."},
)


def of_platform(vat: Vat) -> list[Note]:
    """On what the platform bills to a practitioner."""
    return [*_vat(vat), *LATE]


def of_practitioner(practitioner: Practitioner, buyer: Party, vat: Vat, mandate: Acceptance) -> list[Note]:
    """On what is billed in a practitioner's name: late payment for a business, the mediator for a consumer; who wrote it."""
    notes = _vat(vat)
    if buyer["siren"]:
        notes += LATE
    elif practitioner.mediator:
        contact = f" ({practitioner.mediator_contact})" if practitioner.mediator_contact else ""
        text = (
            "En cas de litige resté sans solution, le client consommateur peut saisir gratuitement "
            f"le médiateur de la consommation\u00a0: {practitioner.mediator}{contact}."
        )
        notes.append({"code": "AAI", "text": text})
    return [*notes, {"code": "AAI", "text": _mandate(practitioner, mandate)}]


def _mandate(practitioner: Practitioner, mandate: Acceptance) -> str:
    writer = settings.PLATFORM_IDENTITY["name"] or settings.WAGTAIL_SITE_NAME
    accepted = long_date(mandate.recorded_at, weekday=False)
    return elided(
        f"Facture établie par {writer} au nom et pour le compte de {practitioner.full_name}, "
        f"en vertu du mandat de facturation accepté le {accepted} (version {mandate.version.number})."
    )


def _vat(vat: Vat) -> list[Note]:
    mention = CASES[vat].mention
    return [{"code": "TXD", "text": f"{mention}."}] if mention else []
