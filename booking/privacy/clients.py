"""Personal data of a practitioner's list of clients, of the messages and of the requests (Annexe A)."""

from common.privacy import Activity, Binding, Retention, Role, declare, exempt


def register() -> None:
    declare(
        Activity(
            key="client-follow-up",
            purpose="Tenir, pour le compte de chaque praticien, la liste de ses clients (coordonnées, étiquettes, note pratique) ;"
            " aucune donnée de santé",
            people=("clients",),
            legal_basis="Exécution du contrat (sous-traitant du praticien) ; pour une liste importée, intérêt légitime du praticien",
            retention=Retention(months=36, starts="fin de la relation entre le client et le praticien"),
            role=Role.PROCESSOR,
            recipients=("le praticien concerné",),
            security="Chaque praticien ne voit que ses clients ; la source de chaque fiche est notée ; un fichier importé est effacé une"
            " fois appliqué, au plus tard après un jour.",
            bindings=(
                Binding(
                    "booking.ClientRecord",
                    (
                        "practitioner",
                        "user",
                        "first_name",
                        "last_name",
                        "email",
                        "phone",
                        "tags",
                        "note",
                        "folded_name",
                    ),
                ),
                Binding("booking.ClientImport", ("practitioner", "text", "columns")),
            ),
        ),
        Activity(
            key="client-messages",
            purpose="Échanges de messages entre un praticien et ses clients, ou qui lui écrit depuis sa page, sans pièce jointe",
            people=("internautes", "clients", "praticiens"),
            legal_basis="Exécution du contrat, intérêt légitime",
            retention=Retention(months=12, starts="fin de l’échange"),
            recipients=("le client et le praticien concernés",),
            security="Le texte n’est jamais repris dans un message électronique ; un message"
            " dont l’adresse n’est pas confirmée est effacé après deux jours ; effacement chaque nuit.",
            bindings=(
                Binding("booking.ClientThread", ("record", "key")),
                Binding("booking.ClientMessage", ("thread", "author", "text")),
                Binding("booking.FirstMessage", ("practitioner", "first_name", "last_name", "email", "text")),
            ),
        ),
        Activity(
            key="client-requests",
            purpose="Demandes des clients aux praticiens : remboursement, rétractation, réclamation, suite d’une séance",
            people=("clients", "praticiens"),
            legal_basis="Obligation légale (droit de la consommation), exécution du contrat",
            retention=Retention(months=60, starts="fin de la demande"),
            recipients=("le praticien concerné",),
            security="L’opérateur ne lit pas les demandes et ne décide rien ; les étapes ne peuvent être modifiées.",
            bindings=(
                Binding("booking.ClientRequest", ("appointment", "mediator", "mediator_contact")),
                Binding("booking.ClientRequestEvent", ("request", "actor")),
                Binding("booking.ClientRequestWords", ("event", "text")),
            ),
            provisional=True,
        ),
        Activity(
            key="withdrawals",
            purpose="Recevoir les rétractations, en accuser réception sur un support durable et leur donner effet",
            people=("clients", "praticiens"),
            legal_basis="Obligation légale (articles L221-21 et D221-5 du code de la consommation)",
            retention=Retention(months=60, starts="date de la déclaration"),
            recipients=("le praticien concerné",),
            security="Les déclarations ne peuvent être modifiées ; le nom et l’adresse tiennent à part, pour être effacés à leur échéance ;"
            " chaque lecture par l’équipe est journalisée.",
            bindings=(
                Binding("booking.Withdrawal", ("actor", "appointment", "subscription")),
                Binding("booking.WithdrawalWords", ("withdrawal", "name", "email", "contract")),
                Binding("booking.WithdrawalStep", ("withdrawal", "actor", "appointment", "subscription")),
            ),
            provisional=True,
        ),
    )
    exempt("booking.WithdrawalRule", "Règle décidée par l’équipe juridique, sans personne.")
