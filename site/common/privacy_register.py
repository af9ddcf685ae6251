"""Personal data of the foundation itself."""

from common.privacy import Activity, Binding, Fate, Retention, declare, exempt


def register() -> None:
    exempt("common.HistorySeal", "Empreintes de lignes d’historiques, dont rien d’une personne ne se retrouve.")
    declare(
        Activity(
            key="notifications",
            purpose="Envoyer les messages liés au service et garder la preuve de leur envoi",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Obligation légale et intérêt légitime (preuve)",
            retention=Retention(months=60, starts="fin de la relation"),
            bindings=(Binding("common.OutboxMessage", ("to", "key", "about", "provider_reference")),),
        ),
        Activity(
            key="message-words",
            purpose="Garder le texte des messages envoyés, pour répondre à qui demande ce qui lui a été écrit",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Intérêt légitime (preuve, assistance)",
            retention=Retention(months=12, starts="envoi du message", fate=Fate.ANONYMISE),
            bindings=(
                Binding(
                    "common.OutboxMessage", ("facts", "subject", "text", "html", "attachments", "headers", "last_error")
                ),
            ),
            provisional=True,
        ),
        Activity(
            key="bad-addresses",
            purpose="Ne plus écrire à une adresse ou à un numéro qui ne reçoit pas, et le dire au praticien",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Intérêt légitime (bon acheminement des messages)",
            retention=Retention(months=12, starts="date du refus ; dès qu’un message passe à nouveau"),
            recipients=("le praticien concerné",),
            bindings=(Binding("common.BadAddress", ("address", "error")),),
            provisional=True,
        ),
        Activity(
            key="staff-audit",
            purpose="Journal des lectures de dossiers et des exports par les équipes, montré à la personne concernée",
            people=("équipes", "clients", "praticiens"),
            legal_basis="Intérêt légitime (sécurité)",
            retention=Retention(months=60, starts="date de la lecture"),
            recipients=("la personne dont le dossier a été ouvert",),
            bindings=(
                Binding("common.ReadingLog", ("reader", "person", "role", "subject", "reason")),
                Binding("common.ExportRecord", ("exporter", "role", "subject", "reason")),
            ),
            provisional=True,
        ),
    )
