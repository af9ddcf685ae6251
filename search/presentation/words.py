"""The question and its answer in a few words."""

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common import wording
from search import vocabulary
from search.query import Parsed


def quoted(text: str) -> str:
    """Between the quotation marks of the language."""
    return f"«\u00a0{text}\u00a0»" if (get_language() or "fr").startswith("fr") else f"“{text}”"


def counted(count: int) -> str:
    """`1 234 practitioners`"""
    number = f"{count:,}".replace(",", "\u00a0") if (get_language() or "fr").startswith("fr") else f"{count:,}"
    return ngettext("%(n)s practitioner", "%(n)s practitioners", count) % {"n": number}


def day_label(parsed: Parsed) -> str:
    """`This week`, or the day asked for."""
    value = next(iter(parsed.raw.get("disponible", [])), "")
    if value in vocabulary.WHEN:
        return str(vocabulary.WHEN[value])
    return wording.short_date(parsed.query.days[0]) if parsed.query.days else ""


def option_label(parsed: Parsed, name: str, value: str) -> str:
    """A chosen value in words, out of its facet: `Before noon`, `At most 60 €`."""
    if name in {"pratique", "theme"}:
        return parsed.labels.get((name, value), value)
    if name == "langue":
        return vocabulary.language_name(value)
    if name == "disponible":
        return day_label(parsed)
    fixed = {"mode": vocabulary.MODES, "paiement": vocabulary.PAYMENTS, "moment": vocabulary.PARTS}
    if name in fixed:
        return str(fixed[name][value])
    texts = {
        "rayon": _("Within %(value)s km"),
        "prix_max": _("At most %(value)s €"),
        "note_min": _("Score from %(value)s"),
        "acces": _("Step-free access"),
        "autour": _("Around me"),
        "bbox": _("In the area of the map"),
    }
    return texts[name] % {"value": number_format(value.replace(",", ".")) if name == "note_min" else value}
