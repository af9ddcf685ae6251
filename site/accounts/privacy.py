"""Personal data of accounts."""

from common.privacy import Activity, Binding, Retention, declare


def register() -> None:
    declare(
        Activity(
            key="client-accounts",
            purpose="Tenir le compte des personnes inscrites : identité, connexion, second facteur",
            people=("clients", "praticiens", "équipes"),
            legal_basis="Exécution des conditions d’utilisation",
            retention=Retention(months=36, starts="dernier rendez-vous, sinon dernière activité"),
            bindings=(
                Binding(
                    "accounts.User", ("email", "first_name", "last_name", "phone", "adult_declared_at", "password")
                ),
            ),
        )
    )
