"""How an article is written in the CMS."""

from uuid import NAMESPACE_URL, uuid5

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ArticleBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    body = blocks.TextBlock(
        label=_("Text"),
        rows=8,
        max_length=20_000,
        help_text=_(
            "A blank line starts a paragraph; lines that begin with “- ” make a list. “{article anchor}” names another article by its number, “{operateur_nom}” a fact of the operator."
        ),
    )
    why = blocks.TextBlock(
        label=_("Why it changes"), rows=2, required=False, max_length=1000, help_text=_("Shown beside the differences.")
    )
    key = blocks.CharBlock(
        label=_("Anchor"),
        required=False,
        max_length=60,
        help_text=_(
            "Name of the article in its address. Left empty, it is made from the title. Keep it: versions are compared by it."
        ),
    )

    class Meta:
        icon = "doc-full"
        label = _("Article")
        label_format = "{title}"


class ArticlesBlock(blocks.StreamBlock):
    article = ArticleBlock()

    class Meta:
        min_num = 1
        max_num = 120
        collapsed = True


def from_articles(articles: list[dict[str, str]]) -> blocks.StreamValue:
    """What the editor shows, from the rows that versions store. Without an id of its own, no panel opens alone."""
    rows = [{"type": "article", "value": row, "id": str(uuid5(NAMESPACE_URL, row["key"]))} for row in articles]
    return ArticlesBlock().to_python(rows)


def to_articles(value: blocks.StreamValue) -> list[dict[str, str]]:
    """Rows as versions store them, each with its anchor: its own, or one made from its title."""
    taken = {"annonce", "contenu", "erreurs"}  # places of every page
    rows = []
    for child in value:
        item = child.value
        base = slugify(item["key"] or item["title"])[:60] or "article"
        key, count = base, 1
        while key in taken:
            count += 1
            key = f"{base}-{count}"
        taken.add(key)
        rows.append({"key": key, "title": item["title"], "body": item["body"], "why": item["why"] or ""})
    return rows
