"""Personal data of what people write to the site."""

from django.db.models import Q

from common.personal_rows import Trail, lead
from common.privacy import Activity, Binding, Retention, declare
from legal.exchanges import retention

_ROW = ("name", "email", "subject", "user", "assigned_to")
_WORDS = ("author", "text")
NOTES = "Notes internes de l’équipe."


def register() -> None:
    retention.register()
    for key, kind, words in (
        (
            "contact",
            "contact",
            {
                "purpose": "Répondre aux messages du formulaire de contact ; aucun démarchage téléphonique",
                "people": ("internautes",),
                "legal_basis": "Intérêt légitime (répondre à qui écrit)",
                "retention": Retention(months=36, starts="date de la demande"),
            },
        ),
        (
            "support",
            "support",
            {
                "purpose": "Aider les personnes inscrites qui le demandent ; aucun démarchage téléphonique",
                "people": ("clients", "praticiens"),
                "legal_basis": "Exécution des conditions d’utilisation, intérêt légitime",
                "retention": Retention(months=0, starts="résolution de la demande"),
            },
        ),
    ):
        bindings = (Binding("legal.Exchange", _ROW), Binding("legal.ExchangeMessage", _WORDS))
        declare(Activity(key=key, bindings=bindings, **words))  # type: ignore[arg-type]
        lead(
            Trail(
                "legal.Exchange",
                role=key,
                activities=(key,),
                links=("user_id",),
                addresses=("email",) if kind == "contact" else (),
                where=Q(kind=kind),
                hidden=("assigned_to",),
                also=("reference", "category", "state", "received_at"),
                ends_with_account=True,
            ),
            Trail(
                "legal.ExchangeMessage",
                role=key,
                activities=(key,),
                links=("exchange__user_id",),
                addresses=("exchange__email",) if kind == "contact" else (),
                where=Q(exchange__kind=kind) & ~Q(by="note"),
                withheld=NOTES,
                also=("by", "at"),
                ends_with_account=True,
            ),
        )
