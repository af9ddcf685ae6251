"""The search index copies what is already public of practitioners, and orders them by the Contract's rule."""

from common.privacy import Activity, Binding, Retention, declare, exempt


def register() -> None:
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
    exempt("search.PageEntry", "Titres et adresses de pages éditoriales publiées.")
    exempt("search.SearchWord", "Mots du catalogue et des fiches, détachés de toute fiche.")
    exempt("search.FacetBit", "Numéros des valeurs de filtres, sans personne.")
    exempt("search.Tally", "Nombres de praticiens par valeur de filtre, sans personne.")
    exempt("search.RankingPrior", "Moyenne de toutes les notes, sans personne.")
