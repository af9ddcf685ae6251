"""Personal data of the requests about personal data, and of the proof files."""

from common.privacy import Activity, Binding, Retention, declare, exempt_field


def register() -> None:
    declare(
        Activity(
            key="rights-requests",
            purpose="Répondre aux demandes relatives aux données personnelles, dans le délai de la loi, et le prouver",
            people=("personnes qui exercent leurs droits", "équipes"),
            legal_basis="Obligation légale (articles 12 à 22 du RGPD)",
            retention=Retention(months=60, starts="réponse"),
            recipients=("Le praticien, pour les demandes qui concernent ses propres clients",),
            bindings=(
                Binding("legal.RightsRequest", ("assigned_to", "account", "practitioner")),
                Binding("legal.RightsPerson", ("name", "email", "postal_address", "about", "text")),
                Binding("legal.RightsEvent", ("actor",)),
                Binding("legal.RightsWords", ("text",)),
                Binding("legal.AnswerTemplate", ("author",)),
            ),
        ),
        Activity(
            key="rights-identity",
            purpose="Vérifier, en cas de doute seulement, l’identité de qui exerce ses droits",
            people=("personnes qui exercent leurs droits",),
            legal_basis="Obligation légale (article 12 du RGPD)",
            retention=Retention(months=3, starts="dépôt ; effacée dès qu’elle est vue"),
            bindings=(Binding("legal.IdentityProof", ("document", "file")),),
        ),
        Activity(
            key="rights-answers",
            purpose="Remettre les fichiers joints à une réponse, derrière un lien",
            people=("personnes qui exercent leurs droits",),
            legal_basis="Obligation légale (articles 15 et 20 du RGPD)",
            retention=Retention(months=3, starts="réponse"),
            bindings=(Binding("legal.RightsFile", ("name", "file")),),
            provisional=True,
        ),
        Activity(
            key="proof-files",
            purpose="Constituer la preuve d’un rendez-vous, d’un paiement, d’un signalement ou d’une acceptation, et tenir la liste des dossiers remis",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Intérêt légitime (preuve en cas de litige)",
            retention=Retention(months=60, starts="constitution du dossier"),
            bindings=(
                Binding("legal.ProofFile", ("made_by", "commitment")),
                Binding("legal.ProofFileReason", ("text",)),
            ),
            provisional=True,
        ),
    )
    exempt_field("legal.AnswerTemplate", "text", reason="Modèle de réponse, sans personne.")
    exempt_field("legal.ProofFile", "object_label", reason="Référence d’un objet, sans personne.")
