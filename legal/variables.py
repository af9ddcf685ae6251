"""What a legal text may name between braces: facts of the operator, and other articles by their anchor. Pure functions.

`{operateur_nom}` is replaced by the operator's fact, frozen when the text is published. `{article objet}` reads “article 4”:
the number is where the article stands in that very version, so it follows every renumbering.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOKEN = re.compile(r"\{([^{}\n]{0,80})\}")
REFERENCE = re.compile(r"\{article ([a-z0-9-]{1,60})\}")
_FORM = re.compile(r"article [a-z0-9-]{1,60}")


@dataclass(frozen=True)
class Variable:
    name: str
    label: str | Promise
    example: str = ""


VARIABLES = {
    variable.name: variable
    for variable in (
        Variable("site_nom", _("Name of the site"), "Mon Pro du Bien-Être"),
        Variable("site_adresse", _("Address of the site"), "https://exemple.fr"),
        Variable("operateur_nom", _("Operator’s name"), "Jupi’Terre"),
        Variable("operateur_forme", _("Operator’s legal form and registration"), "SARL au capital de 2 000 €"),
        Variable("operateur_siret", _("Operator’s SIRET"), "900 457 466 00010"),
        Variable("operateur_tva", _("Operator’s VAT number"), "FR10900457466"),
        Variable("operateur_adresse", _("Operator’s postal address"), "1 avenue des Pins, 83400 Hyères"),
        Variable("operateur_courriel", _("Operator’s e-mail address"), "contact@exemple.fr"),
        Variable("operateur_telephone", _("Operator’s telephone"), "04 00 00 00 00"),
        Variable("directeur_publication", _("Director of publication"), ""),
        Variable("delegue_donnees", _("Contact for personal data"), "donnees@exemple.fr"),
        Variable("mediateur_nom", _("Consumer mediator"), ""),
        Variable("mediateur_contact", _("How to reach the mediator"), ""),
        Variable("hebergeur_nom", _("Host’s name"), ""),
        Variable("hebergeur_contact", _("Host’s address and telephone"), ""),
    )
}


def names_in(text: str) -> list[str]:
    """What stands between braces, in its order, each once."""
    return list(dict.fromkeys(TOKEN.findall(text)))


def variables_in(texts: Iterable[str]) -> list[str]:
    """Names of known facts that these texts need."""
    return list(dict.fromkeys(name for text in texts for name in names_in(text) if name in VARIABLES))


def unknown_in(text: str) -> str | None:
    """The first thing between braces that is neither a fact of the operator nor a reference to an article."""
    return next((name for name in names_in(text) if name not in VARIABLES and not _FORM.fullmatch(name)), None)


def references_in(text: str) -> list[str]:
    """Anchors of the articles that the text refers to."""
    return list(dict.fromkeys(REFERENCE.findall(text)))


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Known facts replaced; what has no value stays as it was typed."""
    return TOKEN.sub(lambda found: values.get(found[1], found[0]), text) if "{" in text else text


def with_numbers(text: str, numbers: Mapping[str, int]) -> str:
    """References replaced by “article 4”."""
    if "{" not in text:
        return text
    return REFERENCE.sub(lambda found: name_of(found[1], numbers) or found[0], text)


def name_of(key: str, numbers: Mapping[str, int]) -> str:
    """How an article is called: the same word in French and in English. The space does not break."""
    return f"article\u00a0{numbers[key]}" if key in numbers else ""
