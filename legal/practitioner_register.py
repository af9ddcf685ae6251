"""The register of one practitioner, as controller: what the site does on the practitioner's behalf, and a template for the rest."""

from dataclasses import replace

from common.privacy import Activity, Retention, Role
from legal.entries import Entry, entries

_OPERATOR = "Mon Pro du Bien-Être (sous-traitant)"
_SECURITY = "Accès par un compte personnel et un second facteur ; chiffrement en transit ; à compléter pour vos propres outils et vos papiers."


def _activity(
    key: str, purpose: str, basis: str, months: int, starts: str, *recipients: str, archive: int = 0
) -> Activity:
    return Activity(
        key=key,
        purpose=purpose,
        people=("clients",),
        legal_basis=basis,
        retention=Retention(months=months, starts=starts, archive_months=archive),
        bindings=(),
        recipients=(*recipients, _OPERATOR),
        security=_SECURITY,
    )


TEMPLATE = (
    (
        _activity(
            "facturation", "Établir et conserver les factures et la comptabilité", "Obligation légale (comptabilité)", 12,
            "clôture de l’exercice", "le comptable", "l’administration fiscale", archive=108,
        ),
        ("Identité", "Coordonnées", "Informations d’ordre économique"),
    ),
    (
        _activity(
            "reclamations", "Répondre aux réclamations, aux rétractations et au médiateur", "Obligation légale (droit de la consommation)", 60,
            "fin de la demande", "le médiateur de la consommation",
        ),
        ("Identité", "Coordonnées", "Contenus rédigés"),
    ),
    (
        _activity(
            "impayes", "Relancer et recouvrer les factures impayées", "Intérêt légitime (recouvrement)", 60,
            "paiement ou abandon de la créance", "un huissier ou un conseil, le cas échéant",
        ),
        ("Identité", "Coordonnées", "Informations d’ordre économique"),
    ),
    (
        _activity(
            "litiges", "Défendre ses droits dans un litige", "Intérêt légitime (défense en justice)", 60,
            "fin du litige et des voies de recours", "l’assureur", "un conseil", "les juridictions",
        ),
        ("Identité", "Coordonnées", "Contenus rédigés"),
    ),
)  # fmt: skip


class TemplateEntry(Entry):
    """Written here for every practitioner; its categories are said, as no row of the site holds them alone."""

    @property
    def data(self) -> list[str]:
        return next(list(data) for activity, data in TEMPLATE if activity.key == self.key)


class ServedEntry(Entry):
    """What the site does on the practitioner's behalf, as the practitioner's own: the processor stands among the recipients."""

    @property
    def recipients(self) -> list[str]:
        others = [each for each in super().recipients if each != "le praticien concerné"]
        return [*others, _OPERATOR]


def of_practitioner() -> list[Entry]:
    """Of what the operator does as processor, the practitioner is the controller; then the template."""
    served = [
        ServedEntry(activity=replace(entry.activity, role=Role.CONTROLLER), version=entry.version, rules=entry.rules)
        for entry in entries(role=Role.PROCESSOR)
    ]
    return [*served, *(TemplateEntry(activity=activity, version=None, rules=()) for activity, _data in TEMPLATE)]
