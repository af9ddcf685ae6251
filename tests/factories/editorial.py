"""The site's tree and its thematic pages."""

import itertools
from typing import Any

from editorial.actions import site_tree
from editorial.actions.site_tree import SiteTree
from editorial.models import ArticlePage, ThemePage
from practitioners.models import Theme

_serial = itertools.count(1)


def tree() -> SiteTree:
    return site_tree.ensure()


def theme(name: str = "Sommeil", slug: str = "sommeil") -> Theme:
    return Theme.objects.get_or_create(slug=slug, defaults={"name": name, "folded": name.lower()})[0]


def answer(
    text: str = "Des séances de relaxation aident certaines personnes à préparer la nuit.",
) -> tuple[str, dict[str, Any]]:
    return ("answer", {"text": text})


def theme_page(*, live: bool = True, body: list[tuple[str, Any]] | None = None, **fields: Any) -> ThemePage:
    """A thematic page under /thematiques/, published unless told otherwise."""
    wanted = fields.pop("theme", None) or theme()
    page = ThemePage(
        title=fields.pop("title", wanted.name), slug=fields.pop("slug", wanted.slug), theme=wanted, live=live,
        body=[answer()] if body is None else body, **fields,
    )  # fmt: skip
    tree().themes.add_child(instance=page)
    if live:
        page.save_revision().publish()
    return page


def article(**fields: Any) -> ArticlePage:
    number = next(_serial)
    page = ArticlePage(
        title=fields.pop("title", f"Article {number}"), slug=f"article-{number}",
        body=fields.pop("body", [("text", "<h2>Un titre</h2><p>Un paragraphe.</p>")]), **fields,
    )  # fmt: skip
    tree().articles.add_child(instance=page)
    page.save_revision().publish()
    return page
