"""The search index copies what is already public of practitioners, and orders them by the Contract's rule."""

from common.privacy import Activity, Binding, Retention, declare, exempt, exempt_field
from common.sealed import seals
from search import personal_rows, retention, rights_effects


def register() -> None:
    seals("search.SearchAlert", "token_sealed")
    retention.register()
    personal_rows.register()
    rights_effects.register()
    declare(
        Activity(
            key="search-ranking",
            purpose="Rendre les praticiens trouvables et classer les résultats selon la règle du contrat, publiée sur le site",
            people=("praticiens",),
            legal_basis="Exécution du contrat",
            retention=Retention(months=0, starts="retrait du référencement"),
            bindings=(
                Binding("search.SearchEntry", ("practitioner", "terms", "card", "digest", "score")),
                Binding("search.TallyDelta", ("before", "after")),
                Binding("search.PendingChange", ("practitioner_id", "version")),
                Binding("search.SearchPoint", ("entry", "latitude", "longitude", "label")),
            ),
        ),
    )
    declare(
        Activity(
            key="client-favourites",
            purpose="Retrouver les praticiens qu’une personne a enregistrés ; l’ordre des résultats n’en dépend pas",
            people=("clients",),
            legal_basis="Exécution des conditions d’utilisation, à la demande de la personne",
            retention=Retention(months=0, starts="retrait par la personne ou fin de son compte"),
            bindings=(Binding("search.Favourite", ("user", "practitioner", "created_at")),),
        ),
    )
    declare(
        Activity(
            key="search-alerts",
            purpose="Prévenir par e-mail, à sa demande, une personne dont la recherche trouve un nouveau praticien ou un horaire libre",
            people=("internautes", "clients", "praticiens"),
            legal_basis="Consentement, donné par une case et confirmé depuis l’e-mail",
            retention=Retention(
                months=0, starts="fin de l’alerte (6 mois au plus sans prolongation) ou désinscription"
            ),
            bindings=(
                Binding(
                    "search.SearchAlert",
                    ("subject", "email", "query", "label", "token_hash", "token_sealed", "created_at", "confirmed_at"),
                ),
                Binding("search.AlertSighting", ("alert", "practitioner", "announced_at")),
            ),
            provisional=True,
        ),
        Activity(
            key="search-alert-consents",
            purpose="Prouver les consentements aux alertes par e-mail et leur retrait",
            people=("internautes", "clients"),
            legal_basis="Obligation légale et intérêt légitime (preuve)",
            retention=Retention(months=60, starts="fin de l’alerte"),
            bindings=(
                Binding(
                    "search.AlertConsentDetail", ("subject", "email", "text", "label", "page", "ip", "agent", "salt")
                ),
                Binding("search.AlertConsent", ("commitment",)),
            ),
            provisional=True,
        ),
    )
    declare(
        Activity(
            key="usual-searches",
            purpose="Dire à un praticien par quelles recherches sa page est trouvée, par les noms de nos listes, jamais par ce qui est tapé",
            people=("praticiens", "internautes"),
            legal_basis="Intérêt légitime (mesure d’audience)",
            retention=Retention(months=25, starts="mois compté"),
            security="Des nombres par mois ; une recherche par laquelle moins de cinq personnes sont venues n’est pas dite.",
            bindings=(Binding("search.UsualSearch", ("practitioner", "words", "address")),),
        )
    )
    exempt_field("search.IndexReport", "figures", reason="Nombres d’un contrôle de l’index.")
    exempt("search.PageEntry", "Titres et adresses de pages éditoriales publiées.")
    exempt("search.SearchWord", "Mots du catalogue et des fiches, détachés de toute fiche.")
    exempt("search.SynonymGroup", "Mots que la recherche tient pour équivalents, sans personne.")
    exempt("search.SampleSearch", "Recherches d’exemple choisies par la rédaction, sans personne.")
    exempt("search.LexiconStamp", "Numéro de version du vocabulaire.")
    exempt("search.FacetBit", "Numéros des valeurs de filtres, sans personne.")
    exempt("search.LandingIntro", "Introductions écrites par la rédaction pour les pages de pratiques et de thèmes.")
    exempt("search.LandingPage", "Nombres de praticiens par pratique, thème et lieu, sans personne.")
    exempt("search.FormerSlug", "Anciennes adresses de pratiques et de thèmes.")
    exempt("search.Tally", "Nombres de praticiens par valeur de filtre, sans personne.")
    exempt("search.RankingPrior", "Moyenne de toutes les notes, sans personne.")
