"""Pages and letters of the team, under the same rules as everybody's (E1)."""

from django.utils.translation import gettext_lazy as _

from editorial.models import ArticleIndexPage, ArticlePage, HomePage, StandardPage, ThemeIndexPage, ThemePage
from legal.claims import pages

PAGES = (
    (HomePage, "home", _("home page")),
    (ThemeIndexPage, "themes", _("thematic pages")),
    (ThemePage, "theme", _("thematic page")),
    (ArticleIndexPage, "articles", _("articles")),
    (ArticlePage, "article", _("article")),
    (StandardPage, "standing", _("standing page")),
)


def register() -> None:
    for model, key, label in PAGES:
        pages.register(model, key, label)
