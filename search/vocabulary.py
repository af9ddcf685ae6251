"""The fixed values of the search's addresses, and how they are called."""

from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from practitioners.models.service import Mode

MODES: dict[str, str | Promise] = dict(Mode.choices)
PAYMENTS: dict[str, str | Promise] = {
    "carte": _("Bank card"),
    "especes": _("Cash"),
    "cheque": _("Cheque"),
    "virement": _("Bank transfer"),
}
PARTS: dict[str, str | Promise] = {
    "matin": _("Morning"),
    "apres-midi": _("Afternoon"),
    "soir": _("Evening"),
    "samedi": _("Saturday"),
}
WHEN: dict[str, str | Promise] = {"aujourdhui": _("Today"), "semaine": _("This week")}
SORTS: dict[str, str | Promise] = {
    "classement": _("Ranking"),
    "distance": _("Distance"),
    "horaire": _("Next free time"),
}
# Bands of the cheapest session, in euros, and of the review score.
PRICES = (40, 60, 80, 100)
SCORES = ("4", "4.5")
RADII = (5, 10, 20, 30, 50)
DEFAULT_RADIUS = 20
FACETS: dict[str, str | Promise] = {
    "pratique": _("Practice"),
    "theme": _("Theme"),
    "mode": _("Where"),
    "langue": _("Language"),
    "paiement": _("Payment method"),
    "acces": _("Access"),
    "disponible": _("When"),
    "moment": _("Time of day"),
    "prix_max": _("Highest price"),
    "note_min": _("Lowest review score"),
}


def language_name(code: str) -> str:
    """`Anglais` for `en`; the code itself when Django does not know the language."""
    try:
        name = get_language_info(code)["name_translated"]
    except KeyError:
        return code
    return name[:1].upper() + name[1:]
