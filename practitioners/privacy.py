"""Personal data of practitioners, reviews and structures."""

from common.privacy import Activity, Binding, Retention, declare, exempt_field, stands_for_people
from practitioners import personal_rows, retention, rights_effects


def register() -> None:
    retention.register()
    personal_rows.register()
    rights_effects.register()
    declare(
        Activity(
            key="applications",
            purpose="Examiner les candidatures des praticiens qui ne sont pas encore référencés",
            people=("praticiens",),
            legal_basis="Mesures précontractuelles, intérêt légitime",
            retention=Retention(months=24, starts="dernière activité ou refus de la candidature"),
            bindings=(
                Binding(
                    "practitioners.Practitioner", ("user", "first_name", "last_name", "professional_email", "phone")
                ),
                Binding("practitioners.ApplicationItem", ("practitioner", "value", "document", "refusal_reason")),
            ),
        ),
        Activity(
            key="practitioner-contract",
            purpose="Référencer les praticiens : dossier, vérifications, page publique, contrat",
            people=("praticiens",),
            legal_basis="Exécution du contrat",
            retention=Retention(months=60, starts="fin du contrat"),
            bindings=(
                Binding(
                    "practitioners.Practitioner",
                    (
                        "user",
                        "slug",
                        "first_name",
                        "last_name",
                        "sort_name",
                        "professional_email",
                        "phone",
                        "street",
                        "postal_code",
                        "town",
                        "siret",
                        "vat_number",
                        "insurance_number",
                        "status_reason",
                        "partner_evidence",
                    ),
                ),
                Binding("practitioners.PractitionerPractice", ("practitioner", "school", "year")),
                Binding(
                    "practitioners.PracticePlace",
                    ("practitioner", "name", "street", "complement", "latitude", "longitude", "access", "door_code"),
                ),
                Binding(
                    "practitioners.Service", ("practitioner", "name", "description", "preparation", "internal_note")
                ),
                Binding("practitioners.ProfilePage", ("practitioner", "title", "portrait", "word", "approach")),
                Binding("practitioners.FileEvent", ("practitioner", "detail", "by")),
                Binding("practitioners.FormalNotice", ("practitioner", "text", "sent_by", "cured_by")),
                Binding(
                    "practitioners.ContractEnd", ("practitioner", "reasons", "proposed_by", "announced_by", "closed_by")
                ),
                Binding(
                    "practitioners.ApplicationItem",
                    ("practitioner", "value", "document", "checked_by", "evidence", "refusal_reason"),
                ),
            ),
        ),
        Activity(
            key="reviews",
            purpose="Publier les avis des clients après une séance et les réponses des praticiens",
            people=("clients", "praticiens"),
            legal_basis="Exécution du contrat et des conditions d’utilisation",
            retention=Retention(months=0, starts="fin du contrat du praticien"),
            bindings=(
                Binding("practitioners.Review", ("practitioner", "author_name", "text", "reply")),
                Binding(
                    "practitioners.ReviewInvitation",
                    ("practitioner", "client", "reference", "service_name", "happened_on"),
                ),
            ),
        ),
        Activity(
            key="harvesting",
            purpose="Reconnaître les programmes qui moissonnent les adresses des pages, et leur refuser les numéros de téléphone",
            people=("internautes", "praticiens"),
            legal_basis="Intérêt légitime (protéger les praticiens du démarchage)",
            retention=Retention(months=6, starts="premier courrier reçu à une adresse-piège"),
            security="Aucune adresse IP n’est gardée : une empreinte de huit signes, faite avec une clé tenue à part.",
            bindings=(Binding("practitioners.Harvest", ("practitioner", "network")),),
        ),
        Activity(
            key="audience",
            purpose="Compter les visites des pages et dire aux praticiens à quoi leur page sert, sans cookie ni trace de qui la lit",
            people=("praticiens", "internautes"),
            legal_basis="Intérêt légitime (mesure d’audience)",
            retention=Retention(months=25, starts="jour compté"),
            security="Des nombres par jour et par page ; le réseau et le navigateur ne sont retenus qu’une demi-heure, en mémoire, par une empreinte.",
            bindings=(Binding("practitioners.PageFigure", ("practitioner",)),),
        ),
        Activity(
            key="ended-marks",
            purpose="Reconnaître une nouvelle candidature après un contrat rompu pour manquement, sans garder de qui il s’agissait",
            people=("praticiens",),
            legal_basis="Intérêt légitime (protéger le public)",
            retention=Retention(months=60, starts="fin du contrat"),
            security="Seule une empreinte à clé du SIREN et des adresses est gardée ; elle ne se compare qu’à un dossier déposé.",
            bindings=(Binding("practitioners.EndedMark", ("digest",)),),
            provisional=True,
        ),
        Activity(
            key="structures",
            purpose="Tenir les pages des centres et leurs administrateurs",
            people=("membres",),
            legal_basis="Exécution des conditions d’utilisation",
            retention=Retention(months=60, starts="dernière utilisation", archive_months=12),
            bindings=(
                Binding(
                    "practitioners.Structure",
                    (
                        "name",
                        "email",
                        "phone",
                        "administrators",
                        "practitioners",
                        "legal_name",
                        "siret",
                        "street",
                        "opening_hours",
                    ),
                ),
                Binding("practitioners.StructurePage", ("description", "services", "areas")),
            ),
        ),
        Activity(
            key="open-structures",
            purpose="Présenter les établissements des répertoires publics SIRENE et FINESS, avec leur source et leur date",
            people=("entrepreneurs individuels",),
            legal_basis="Intérêt légitime (réutilisation de données publiques, code des relations entre le public et l’administration)",
            retention=Retention(months=12, starts="fermeture de l’établissement, ou opposition : aussitôt"),
            security="Établissements non diffusibles jamais repris, pages non indexées, opposition gardée par une empreinte à clé.",
            bindings=(
                Binding(
                    "practitioners.Structure", ("name", "folded", "slug", "siret", "phone", "street", "postal_code")
                ),
            ),
        ),
        Activity(
            key="structure-objections",
            purpose="Ne pas reprendre des répertoires publics les établissements de qui s’y est opposé",
            people=("entrepreneurs individuels",),
            legal_basis="Obligation légale (droit d’opposition, RGPD, article 21)",
            retention=Retention(months=None, starts="tant que les répertoires publics sont repris"),
            security="Seule une empreinte à clé du SIREN est gardée ; elle ne se compare qu’aux lignes des répertoires.",
            bindings=(Binding("practitioners.StructureObjection", ("digest",)),),
        ),
    )
    stands_for_people("practitioners.Practitioner")
    catalogue = "Catalogue des pratiques et des thèmes, sans personne."
    exempt_field("practitioners.Practice", "name", "summary", "description", reason=catalogue)
    exempt_field(
        "practitioners.SavedReply", "title", "text", reason="Phrases toutes faites de l’équipe, sans personne."
    )
    exempt_field("practitioners.Theme", "name", "summary", reason=catalogue)
