"""Personal data of the demo: invented people only, but the rule has no exception."""

from common.personal_rows import unreachable
from common.privacy import Activity, Binding, Retention, declare


def register() -> None:
    declare(
        Activity(
            key="demo-mailbox",
            purpose="Démonstration : montrer les messages tels que le site les envoie",
            people=("personnes fictives", "visiteurs de la démonstration"),
            legal_basis="Intérêt légitime (démonstration sur la machine de celui qui l’essaie)",
            retention=Retention(
                months=None, starts="jusqu’à l’effacement des données de démonstration (make demo RESET=1)"
            ),
            bindings=(Binding("demo.Mail", ("recipients", "subject", "raw")),),
        )
    )
    unreachable(
        "Boîte aux lettres de la démonstration, qui ne part jamais : le message envoyé dit la même chose.", "demo.Mail"
    )
