"""Personal data of the editorial pages: the names that sign them, and testimonials given with an agreement."""

from common.personal_rows import Trail, lead, unreachable
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
        ),
        Activity(
            key="letters",
            purpose="Écrire et envoyer les lettres d’information",
            people=("équipes",),
            legal_basis="Intérêt légitime (information de qui l’a demandée)",
            retention=Retention(months=None, starts="tant que la lettre est gardée"),
            bindings=(Binding("editorial.Letter", ("author", "sent_by")),),
            provisional=True,
        ),
    )
    lead(Trail("editorial.Letter", links=("author_id", "sent_by_id"), also=("subject", "updated_at")))
    exempt_field("editorial.Letter", "subject", "opening", "body", reason="Texte de la rédaction.")
    unreachable(
        "Pages publiées, signées d’un nom et sans lien avec un compte : qui y est nommé écrit à la rédaction.",
        "editorial.ThemePage", "editorial.ArticlePage", "editorial.StandardPage",
    )  # fmt: skip
    for page in ("ArticleIndexPage", "ArticlePage", "StandardPage", "ThemeIndexPage", "ThemePage"):
        exempt_field(f"editorial.{page}", "introduction", reason="Texte de la rédaction.")
