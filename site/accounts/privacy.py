"""Personal data of accounts."""

from common.privacy import Activity, Binding, Retention, declare
from common.sealed import seals


def register() -> None:
    # Of authenticators and recovery codes; the public keys of passkeys are no secret.
    seals("mfa.Authenticator", "data", inside=("secret", "seed", "migrated_codes"))
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
        ),
        Activity(
            key="sessions",
            purpose="Reconnaître une personne d’une page à l’autre et protéger les comptes",
            people=("clients", "praticiens", "équipes", "internautes"),
            legal_basis="Intérêt légitime (sécurité)",
            retention=Retention(months=0, starts="fin de la session"),
            bindings=(Binding("sessions.Session", ("session_key", "session_data")),),
            provisional=True,
        ),
    )
