"""What is missing before a practitioner can be declared, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_GAPS: dict[str, str | Promise] = {
    "street": _("the street of the professional address"),
    "postal_code": _("the postal code of the professional address"),
    "town": _("the town of the professional address"),
    "siret": _("the SIRET"),
    "entity_name": _("the registered name of the company"),
    "birth": _("date and place of birth"),
}


def gap_words(name: str) -> str:
    return str(_GAPS[name])
