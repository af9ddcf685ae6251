"""Personal data of the legal app."""

from common.privacy import Activity, Binding, Retention, declare


def register() -> None:
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
                    "legal.Report",
                    ("reporter", "reporter_email", "text", "subject_label", "assigned_to", "decided_by", "reason"),
                ),
            ),
        ),
    )
