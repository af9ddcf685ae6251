"""Personal data of those who write, review and translate legal texts."""

from common.privacy import Activity, Binding, Retention, declare


def register() -> None:
    declare(
        Activity(
            key="legal-drafting",
            purpose="Rédiger les documents juridiques à plusieurs et savoir qui a écrit, relu et publié chaque version",
            people=("équipes",),
            legal_basis="Intérêt légitime (preuve de la double relecture)",
            retention=Retention(months=60, starts="fin de l’application de la version"),
            bindings=(
                Binding("legal.LegalVersion", ("reviewer",)),
                Binding("legal.ArticleComment", ("author", "text", "resolved_by")),
                Binding("legal.LegalTranslation", ("translator",)),
                Binding("legal.OperatorValue", ("set_by",)),
            ),
            provisional=True,
        ),
    )
