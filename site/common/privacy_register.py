"""Personal data of the foundation itself."""

from common.privacy import Activity, Binding, Retention, declare


def register() -> None:
    declare(
        Activity(
            key="notifications",
            purpose="Envoyer les messages liés au service et garder la preuve de leur envoi",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Obligation légale et intérêt légitime (preuve)",
            retention=Retention(months=60, starts="fin de la relation"),
            bindings=(Binding("common.OutboxMessage", ("to", "subject", "text", "html", "attachments")),),
        ),
        Activity(
            key="staff-audit",
            purpose="Journal des lectures de dossiers par les équipes",
            people=("équipes",),
            legal_basis="Intérêt légitime (sécurité)",
            retention=Retention(months=60, starts="date de la lecture"),
            bindings=(Binding("common.ReadingLog", ("reader", "subject", "reason")),),
            provisional=True,
        ),
    )
