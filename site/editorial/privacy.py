"""Personal data of the editorial pages: the names that sign them, and testimonials given with an agreement."""

from common.personal_rows import unreachable
from common.privacy import Activity, Binding, Retention, declare, exempt_field

SIGNED = ("author_name", "author_role", "reviewer_name", "body")


def register() -> None:
    declare(
        Activity(
            key="editorial",
            purpose="Publier des pages signées et des témoignages avec l’accord écrit de leurs auteurs",
            people=("équipes", "personnes qui témoignent"),
            legal_basis="Intérêt légitime (information du public) ; consentement pour les témoignages",
            retention=Retention(months=None, starts="tant que la page est en ligne ; retrait sur demande"),
            bindings=(
                Binding("editorial.ThemePage", SIGNED),
                Binding("editorial.ArticlePage", SIGNED),
                Binding("editorial.StandardPage", ("body",)),
            ),
        )
    )
    unreachable(
        "Pages publiées, signées d’un nom et sans lien avec un compte : qui y est nommé écrit à la rédaction.",
        "editorial.ThemePage", "editorial.ArticlePage", "editorial.StandardPage",
    )  # fmt: skip
    for page in ("ArticleIndexPage", "ArticlePage", "StandardPage", "ThemeIndexPage", "ThemePage"):
        exempt_field(f"editorial.{page}", "introduction", reason="Texte de la rédaction.")
