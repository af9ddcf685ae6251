"""Personal data of consents."""

from common.personal_rows import Trail, lead
from common.privacy import Activity, Binding, Retention, declare
from common.sealed import seals
from legal.consents import retention

UNREADABLE = "Secret technique, qui ouvrirait l’abonnement à qui lirait ce fichier."


def register() -> None:
    seals("legal.Subscription", "token_sealed")
    retention.register()
    declare(
        Activity(
            key="newsletter",
            purpose="Envoyer la lettre d’information, les nouveautés, les enquêtes et les invitations à qui les a demandées, chacune à part",
            people=("internautes", "clients", "praticiens"),
            legal_basis="Consentement, confirmé depuis l’e-mail ou donné dans le compte",
            retention=Retention(
                months=36, starts="dernier contact, puis consentement renouvelé ; sans réponse, fin de l’abonnement"
            ),
            bindings=(
                Binding(
                    "legal.Subscription",
                    ("subject", "email", "token_hash", "token_sealed", "asked_at", "confirmed_at", "last_contact_at"),
                ),
            ),
        ),
        Activity(
            key="consent-proofs",
            purpose="Prouver les consentements donnés (cookies par catégorie, messages par sujet) et leur retrait",
            people=("internautes", "clients", "praticiens"),
            legal_basis="Obligation légale et intérêt légitime (preuve)",
            retention=Retention(months=60, starts="retrait ou fin du consentement"),
            bindings=(
                Binding("legal.ConsentDetail", ("subject", "user", "email", "text", "page", "ip", "agent", "salt")),
                Binding("legal.ConsentProof", ("commitment",)),
            ),
        ),
    )
    lead(
        Trail(
            "legal.Subscription",
            addresses=("email",),
            hidden=("token_hash", "token_sealed"),
            withheld=UNREADABLE,
            also=("topic",),
            ends_with_account=True,
        ),
        Trail("legal.ConsentDetail", links=("user_id",), addresses=("email",), ends_with_account=True),
        Trail(
            "legal.ConsentProof",
            links=("detail__user_id",),
            addresses=("detail__email",),
            also=("sequence", "recorded_at", "topic", "event"),
        ),
    )
