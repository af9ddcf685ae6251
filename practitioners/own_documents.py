"""A practitioner's own terms of sale and privacy policy: begun from the models of the site, filled with the verified file.

The models are data (`practitioners/document_models/*.toml`). A word between braces is a fact of the file; an article that only some
need (by video, at home, in a group) is proposed when one of the services needs it. What the practitioner writes is theirs.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.wording import elided
from legal.models import LegalDocument, LegalVersion
from practitioners.models import Practitioner
from practitioners.models.service import Mode

FOLDER = Path(__file__).parent / "document_models"
Kind = LegalDocument.Kind


@dataclass(frozen=True)
class Model:
    kind: str
    title: str
    label: str | Promise
    articles: tuple[dict[str, Any], ...]


# By the word of their address in the office.
_FILES = {
    "conditions-de-vente": (Kind.PRACTITIONER_TERMS, "Conditions générales de vente de {name}", _("Terms of sale")),
    "confidentialite": (Kind.PRACTITIONER_PRIVACY, "Politique de confidentialité de {name}", _("Privacy policy")),
}


@cache
def models() -> dict[str, Model]:
    found = {}
    for word, (kind, title, label) in _FILES.items():
        rows = tomllib.loads((FOLDER / f"{word}.toml").read_text(encoding="utf-8"))["article"]
        found[word] = Model(str(kind), title, label, tuple(rows))
    return found


def facts(practitioner: Practitioner) -> dict[str, str]:
    address = f"{practitioner.street}, {practitioner.postal_code} {practitioner.town}" if practitioner.street else ""
    insurance = practitioner.insurer
    if insurance and practitioner.insurance_number:
        insurance = f"{insurance}, contrat {practitioner.insurance_number}"
    return {
        "praticien_nom": practitioner.full_name,
        "praticien_email": practitioner.professional_email,
        "praticien_adresse": address,
        "praticien_siret": practitioner.siret,
        "praticien_forme_juridique": practitioner.legal_form,
        "praticien_assurance": insurance,
        "mediateur_nom": practitioner.mediator,
        "mediateur_contact": practitioner.mediator_contact,
    }


def missing_facts(practitioner: Practitioner, model: Model) -> list[str]:
    """Facts that the model names and the file does not hold yet."""
    text = "\n".join(_body(row) for row in model.articles)
    return [name for name, value in facts(practitioner).items() if not value and "{" + name + "}" in text]


def proposed(practitioner: Practitioner, model: Model) -> list[dict[str, str]]:
    """The articles of the model in the practitioner's name, with only the notices that the services need."""
    wanted, known = needs(practitioner), facts(practitioner)
    rows = []
    for row in model.articles:
        if row.get("needs") and row["needs"] not in wanted:
            continue
        body = _body(row)
        for name, value in known.items():
            body = body.replace("{" + name + "}", value or "[à compléter]")
        rows.append({"key": row["key"], "title": row["title"], "body": body, "why": ""})
    return rows


def needs(practitioner: Practitioner) -> set[str]:
    services = [service for service in practitioner.services.all() if service.archived_at is None]
    found = set()
    if any(service.mode == Mode.VIDEO for service in services):
        found.add("video")
    if any(service.mode == Mode.HOME for service in services):
        found.add("home")
    if any(service.seats > 1 for service in services):
        found.add("group")
    return found


def title_of(practitioner: Practitioner, model: Model) -> str:
    return elided(model.title.format(name=practitioner.full_name))


def last_published(practitioner: Practitioner, model: Model) -> LegalVersion | None:
    versions = LegalVersion.objects.published().filter(document__kind=model.kind, document__owner=practitioner.user_id)
    return versions.select_related("document").order_by("-number").first()


def differs_from_file(practitioner: Practitioner, model: Model, version: LegalVersion) -> list[str]:
    """Facts of the file that the published text does not say any more: it was written before they changed."""
    text = "\n".join(article["body"] for article in version.articles)
    checked = {"praticien_siret": "SIRET", "mediateur_nom": _("the mediator"), "praticien_email": _("the e-mail")}
    known, named = facts(practitioner), "\n".join(_body(row) for row in model.articles)
    return [
        str(label)
        for name, label in checked.items()
        if "{" + name + "}" in named and known[name] and known[name] not in text
    ]


def _body(row: dict[str, Any]) -> str:
    return "\n\n".join(row["text"])
