"""Personal data of audits, instructions and disclosures, and of the audits of accessibility."""

import datetime as dt
from collections.abc import Sequence

from django.db.models.functions import Coalesce

from common.personal_rows import Trail, lead
from common.privacy import Activity, Binding, Retention, declare, exempt_field
from common.retention import Rule, ending, keep_until
from legal.models import AuditRequest, Disclosure, Instruction
from legal.retention import files

TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."
NOT_TOLD = "Ce qu’une autorité a demandé : vous en êtes informé par ailleurs quand la loi le permet."


def register() -> None:
    declare(
        Activity(
            key="processor-duties",
            purpose="Recevoir les audits et les instructions écrites des praticiens, y donner suite et le prouver",
            people=("praticiens", "équipes"),
            legal_basis="Obligation légale (article 28 du RGPD)",
            retention=Retention(months=60, starts="fin du contrat"),
            bindings=(
                Binding(
                    "legal.AuditRequest",
                    ("user", "scope", "auditor", "agreed_by", "agreed_words", "report", "corrections", "closed_by"),
                ),
                Binding("legal.Instruction", ("user", "text", "acknowledged_by", "settled_by", "settled_words")),
                Binding("legal.AccessibilityAudit", ("auditor", "contact", "published_by")),
            ),
            provisional=True,
        ),
        Activity(
            key="disclosures",
            purpose="Répondre aux autorités qui y ont droit, garder la preuve de ce qui leur a été remis",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Obligation légale",
            retention=Retention(months=60, starts="remise"),
            recipients=("l’autorité qui a demandé",),
            bindings=(
                Binding(
                    "legal.Disclosure",
                    ("person", "scope", "authority", "basis", "prepared_by", "decided_by", "refused_reason", "file"),
                ),
            ),
            provisional=True,
        ),
    )
    _ends()
    lead(
        Trail(
            "legal.AuditRequest", links=("user_id",),
            fields=("user", "scope", "auditor", "agreed_words", "report", "corrections"), withheld=TEAM,
            also=("asked_at", "begins_on", "days", "state"),
        ),
        Trail("legal.AuditRequest", role="team", links=("agreed_by_id", "closed_by_id"), fields=("agreed_by", "closed_by"), withheld=TEAM),
        Trail(
            "legal.Instruction", links=("user_id",), fields=("user", "text", "settled_words"), withheld=TEAM,
            also=("received_at", "acknowledged_at", "settled_at"),
        ),
        Trail("legal.Instruction", role="team", links=("acknowledged_by_id", "settled_by_id"), fields=("acknowledged_by", "settled_by"), withheld=TEAM),
        Trail("legal.AccessibilityAudit", role="team", links=("published_by_id",), fields=("published_by",), withheld=TEAM),
        # What may not be told is not told by a copy of one's data either.
        Trail("legal.Disclosure", role="team", links=("prepared_by_id", "decided_by_id"), fields=("prepared_by", "decided_by"), withheld=NOT_TOLD),
    )  # fmt: skip
    words = "Résultats d’un audit du site, sans personne."
    exempt_field("legal.AccessibilityAudit", "method", "pages", "failures", "exemptions", "tools", reason=words)


def _ends() -> None:
    keep_until(
        Rule(
            key="audits",
            activity="processor-duties",
            model="legal.AuditRequest",
            says="Audits demandés par un praticien dont le contrat est fini : effacés.",
            expired=lambda moment: AuditRequest.objects.filter(user__practitioner__ended_at__lt=moment),
            people=("user_id",),
        ),
        Rule(
            key="instructions",
            activity="processor-duties",
            model="legal.Instruction",
            says="Instructions écrites d’un praticien dont le contrat est fini : effacées.",
            expired=lambda moment: Instruction.objects.filter(user__practitioner__ended_at__lt=moment),
            people=("user_id",),
        ),
        Rule(
            key="disclosures",
            activity="disclosures",
            model="legal.Disclosure",
            says="Remises aux autorités, fichier compris : effacées.",
            expired=lambda moment: Disclosure.objects.alias(last=Coalesce("decided_at", "prepared_at")).filter(
                last__lt=moment
            ),
            end=_end_disclosures,
            people=("person_id",),
        ),
    )


def _end_disclosures(keys: Sequence[int], now: dt.datetime) -> None:
    rows = Disclosure.objects.filter(pk__in=keys)
    files.ask(storage="private", names=rows.values_list("file", flat=True), now=now)
    with ending():
        rows.delete()
