"""Personal data of the legal app."""

from common.privacy import Activity, Binding, Retention, declare, exempt, exempt_field
from legal.retention import foundation
from legal.rights import declared, foundation_rows


def register() -> None:
    foundation.register()
    foundation_rows.register()
    declared.register()
    declare(
        Activity(
            key="acceptances",
            purpose="Prouver ce que chaque personne a accepté, dans quelle version et comment",
            people=("clients", "praticiens"),
            legal_basis="Obligation légale et intérêt légitime (preuve)",
            retention=Retention(months=60, starts="fin de la relation"),
            bindings=(
                Binding("legal.AcceptanceDetail", ("user", "box_text", "page", "ip", "agent", "salt")),
                Binding("legal.Acceptance", ("commitment",)),
                Binding("legal.LegalVersion", ("author", "contributors", "approver")),
                Binding("legal.LegalDocument", ("owner",)),
            ),
        ),
        Activity(
            key="reports",
            purpose="Traiter les signalements et en tenir l’historique",
            people=("clients", "praticiens", "internautes"),
            legal_basis="Obligation légale et intérêt légitime",
            retention=Retention(months=60, starts="fin du contrat"),
            bindings=(
                Binding(
                    "legal.ReportComplaint",
                    ("person", "email", "text", "reason", "assigned_to", "first_decider", "decided_by"),
                ),
                Binding(
                    "legal.Report",
                    ("reporter", "reporter_email", "text", "subject_label", "assigned_to", "decided_by", "reason"),
                ),
            ),
        ),
        Activity(
            key="retention",
            purpose="Mettre fin aux données à leur échéance, suspendre cette fin quand la loi ou un litige le demande, en garder la preuve",
            people=("équipes", "personnes concernées par une suspension"),
            legal_basis="Obligation légale (articles 5 et 30 du RGPD)",
            retention=Retention(months=120, starts="fin de la suspension ou date de la décision"),
            bindings=(
                Binding("legal.LegalHold", ("person", "subject", "reason", "opened_by", "lifted_by")),
                Binding("legal.RetentionApproval", ("approved_by", "signature")),
                Binding("legal.ActivityVersion", ("author", "recipients", "reason")),
                Binding("legal.ErasedAccount", ("user",)),
                Binding("legal.FileToErase", ("name",)),
            ),
            provisional=True,
        ),
    )
    words = "Texte juridique ou information publique de l’opérateur."
    exempt_field("legal.LegalDocument", "title", reason=words)
    exempt_field("legal.LegalVersion", "title", "preamble", "articles", "summary", "values", reason=words)
    exempt_field("legal.LegalTranslation", "title", "preamble", "summary", "articles", reason=words)
    exempt_field("legal.OperatorValue", "name", reason=words)
    exempt_field("legal.DailyAnchor", "others", reason="Empreintes des autres registres, sans personne.")
    exempt_field("legal.AnchorTimestamp", "token", reason="Jeton d’une autorité d’horodatage sur une empreinte.")
    exempt_field(
        "legal.ActivityVersion", "purpose", "people", "data", "legal_basis", "transfers", "security",
        reason="Mots du registre, sans personne.",
    )  # fmt: skip
    exempt("legal.RetentionOutcome", "Nombres de lignes par règle et par nuit, sans personne.")
    exempt("legal.ErasureCertificate", "Nombres de lignes par règle et par nuit, sans personne.")
