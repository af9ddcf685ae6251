"""Personal data of the register of providers: who announced, who answered."""

from common.personal_rows import Trail, lead
from common.privacy import Activity, Binding, Retention, declare, exempt_field

TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."


def register() -> None:
    declare(
        Activity(
            key="providers",
            purpose="Tenir la liste des prestataires, annoncer ses changements aux praticiens et recevoir leurs objections",
            people=("praticiens", "équipes"),
            legal_basis="Obligation légale (article 28 du RGPD)",
            retention=Retention(months=60, starts="fin du contrat"),
            bindings=(
                Binding("legal.ProviderAnswer", ("user", "reason", "follow_words", "followed_by")),
                Binding("legal.ProviderChange", ("author", "settled_by")),
                Binding("legal.ProviderHistory", ("author",)),
            ),
            provisional=True,
        )
    )
    lead(
        Trail(
            "legal.ProviderAnswer",
            links=("user_id",),
            fields=("user", "reason", "follow_words"),
            withheld=TEAM,
            also=("told_at", "until", "answer", "answered_at", "follow", "followed_at"),
        ),
        Trail("legal.ProviderAnswer", role="team", links=("followed_by_id",), fields=("followed_by",), withheld=TEAM),
        Trail("legal.ProviderChange", role="team", links=("author_id", "settled_by_id"), also=("announced_at",)),
        Trail("legal.ProviderHistory", role="team", links=("author_id",), also=("at",)),
    )
    words = "Un prestataire est une entreprise ; mots de l’opérateur."
    exempt_field("legal.Provider", "name", "kind", "country", "data", "safeguard_words", "contract", reason=words)
    exempt_field("legal.ProviderChange", "name", "facts", "summary", "outcome_reason", reason=words)
    exempt_field("legal.ProviderHistory", "facts", reason=words)
