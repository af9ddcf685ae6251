"""Editorial pages as the search offers them above its results."""

from wagtail.models import Page

from editorial.models import ArticlePage, StandardPage, ThemePage
from search.actions import pages

KINDS: dict[type[Page], str] = {ThemePage: "theme", ArticlePage: "article", StandardPage: "page"}
LONGEST = 4000


def refresh(page: Page) -> None:
    """Tell the search what a page says; a page that is not live is taken out of it."""
    body = " ".join(page._meta.get_field("body").get_searchable_content(page.body))[:LONGEST]
    theme = [page.theme.name, *page.theme.aliases] if isinstance(page, ThemePage) else []
    pages.refresh(page, kind=KINDS[type(page)], summary=page.introduction, words=" ".join([*theme, body]))


def remove(page_id: int) -> None:
    pages.remove(page_id)
