"""Personal data of the claims check: who changed a rule, who answered for a sentence."""

from common.privacy import Activity, Binding, Retention, declare, exempt


def register() -> None:
    exempt("legal.ClaimRule", "Règles de vocabulaire, sans personne.")
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
