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
                Binding("search.SearchEntry", ("practitioner", "terms", "card", "languages", "score")),
                Binding("search.SearchPoint", ("entry", "latitude", "longitude", "label")),
            ),
        ),
    )
    exempt("search.PageEntry", "Titres et adresses de pages éditoriales publiées.")
    exempt("search.RankingPrior", "Moyenne de toutes les notes, sans personne.")
