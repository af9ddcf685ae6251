"""The cards and the sign of the door, as PDFs to print: who, what, where, and the code that opens the page."""

from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from common.pdf import compose
from practitioners.models import Practitioner
from practitioners.sharing import code

_TEMPLATES = Path(__file__).parents[1] / "pdf_templates"
KINDS = {"cartes": "cards.typ", "affiche": "door.typ"}


def compose_sheet(practitioner: Practitioner, kind: str, address: str) -> bytes:
    """`kind` is a key of `KINDS`: ten cards of 85 × 55 mm on an A4 sheet, or a sign of 148 × 210 mm."""
    practices = [link.practice.name for link in practitioner.checked_practices]
    places = list(practitioner.places.all())
    # On paper for whoever comes to the practice: French, like the practice.
    with translation.override("fr"):
        data = {
            "site": settings.WAGTAIL_SITE_NAME,
            "name": practitioner.full_name,
            "practices": ", ".join(practices),
            "places": [[place.street, f"{place.postal_code} {place.commune.short_name}"] for place in places[:2]],
            "book": _("Free times, prices and booking"),
            "read": _("Point your phone’s camera at the square."),
            "address": address.removeprefix("https://").removeprefix("http://").rstrip("/"),
            # P3: said wherever the practice is offered.
            "notice": _(
                "Wellness practice, not officially recognised in France: it complements a doctor’s advice and never replaces it."
            ),
            "title": _("To print: %(name)s") % {"name": practitioner.full_name},
            "code": code.drawing(address),
        }
    return compose(_TEMPLATES / KINDS[kind], data, moment=None)
