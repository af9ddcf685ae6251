"""Personal data of the claims check: who changed a rule, who answered for a sentence."""

from common.personal_rows import Trail, lead
from common.privacy import Activity, Binding, Retention, declare, exempt, exempt_field

TEAM = "Travail des équipes : seul figure ce qui dit que c’était vous."


def register() -> None:
    exempt("legal.ClaimRule", "Règles de vocabulaire, sans personne.")
    exempt("legal.ClaimList", "Listes de mots, sans personne.")
    declare(
        Activity(
            key="claims-check",
            purpose="Vérifier que les textes publiés ne promettent ni soin ni guérison, et savoir qui a changé une règle ou maintenu une phrase",
            people=("praticiens", "équipes"),
            legal_basis="Obligation légale (pratiques commerciales trompeuses, exercice illégal de la médecine)",
            retention=Retention(months=60, starts="changement de la règle, ou retrait de la phrase"),
            bindings=(
                Binding("legal.ClaimChange", ("author",)),
                Binding("legal.ClaimWaiver", ("author", "revoked_by", "sentence", "words", "reason")),
                Binding("legal.ClaimFinding", ("title", "words", "sentence", "asked_by")),
            ),
            provisional=True,
        ),
    )
    lead(
        Trail("legal.ClaimChange", role="team", links=("author_id",), also=("what", "at")),
        Trail("legal.ClaimWaiver", links=("author_id",), fields=("author", "sentence", "words", "reason"), also=("kind", "at")),
        Trail("legal.ClaimWaiver", role="team", links=("revoked_by_id",), fields=("revoked_by",), withheld=TEAM, also=("revoked_at",)),
        Trail("legal.ClaimFinding", role="team", links=("asked_by_id",), fields=("asked_by",), withheld=TEAM, also=("asked_at",)),
    )  # fmt: skip
    exempt_field(
        "legal.ClaimChange", "before", "after", reason="Une règle de vocabulaire ou une liste de mots, sans personne."
    )
