"""Editorial pages in the search: whoever publishes or withdraws one says so here."""

from wagtail.models import Page

from common import clock
from common.text import fold
from search import terms
from search.models import PageEntry


def refresh(page: Page, *, kind: str = "page", summary: str = "", words: str = "", url: str = "") -> None:
    """Make a published page findable by its title, `summary` and `words`; one that is not live is removed."""
    address = url or page.url or ""
    if not page.live or not address:
        remove(page.pk)
        return
    title_terms = terms.tokens(page.title)
    PageEntry.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "url": address,
            "title": page.title,
            "folded": fold(page.title)[:300],
            "summary": summary[:300],
            "kind": kind,
            "title_terms": title_terms,
            "terms": sorted({*title_terms, *terms.tokens(f"{summary} {words}")}),
            "refreshed_at": clock.now(),
        },
    )


def remove(page_id: int) -> None:
    PageEntry.objects.filter(pk=page_id).delete()
