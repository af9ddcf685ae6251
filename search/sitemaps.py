"""Landing pages for crawlers: only those that show somebody."""

from django.contrib.sitemaps import Sitemap

from search.models import SearchEntry


class PracticeSitemap(Sitemap):  # type: ignore[type-arg]
    """Each practice, and each practice in each town where it is offered."""

    changefreq = "daily"

    def items(self) -> list[str]:
        rows = SearchEntry.objects.values_list("card__facets__pratique", "practitioner__places__commune__slug")
        pairs = {(practice, town) for practices, town in rows for practice in practices}
        pages = {f"/pratiques/{practice}/" for practice, _town in pairs}
        return sorted(pages | {f"/pratiques/{practice}/{town}/" for practice, town in pairs if town})

    def location(self, item: str) -> str:
        return item
