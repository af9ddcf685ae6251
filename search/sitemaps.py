"""Landing pages for crawlers: those that show somebody, file after file, without reading one practitioner."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet

from places.models import Commune, Department, Region
from search.landing import subjects
from search.landing.alive import alive
from search.landing.subjects import Kind
from search.models import LandingIntro, LandingPage

PLACES = {LandingPage.Area.COMMUNE: Commune, LandingPage.Area.DEPARTMENT: Department, LandingPage.Area.REGION: Region}


class LandingSitemap(Sitemap):  # type: ignore[type-arg]
    """The pages of practices, or of themes. `lastmod` is when somebody came or left, or the introduction was published."""

    limit = 5000
    kind = Kind.PRACTICE

    def items(self) -> QuerySet[LandingPage]:
        """A theme alone is an article, which stands among the CMS's pages."""
        pages = LandingPage.objects.filter(kind=self.kind).order_by("pk")
        return pages if self.kind == Kind.PRACTICE else pages.exclude(area=LandingPage.Area.FRANCE)

    def get_latest_lastmod(self) -> dt.datetime | None:
        found: dt.datetime | None = self.items().aggregate(last=Max("changed_at"))["last"]
        return found

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        """Four small queries for a whole file, and one for those that may have emptied since the table was written."""
        found = list(self.paginator.page(page).object_list)
        living = alive(found)
        subject_slugs = dict(subjects.MODELS[self.kind]._default_manager.values_list("pk", "slug"))
        place_slugs = {
            (area, code): slug
            for area, model in PLACES.items()
            for code, slug in model._default_manager.filter(
                pk__in=[one.code for one in found if one.area == area]
            ).values_list("pk", "slug")
        }
        written = self._written()
        urls = []
        for one in found:
            place = "" if one.area == LandingPage.Area.FRANCE else place_slugs.get((one.area, one.code))
            if one.pk not in living or place is None or one.subject_id not in subject_slugs:
                continue
            path = f"{subjects.SECTIONS[self.kind]}{subject_slugs[one.subject_id]}/{place + '/' if place else ''}"
            intro = written.get((one.subject_id, _exact(one)))
            lastmod = max(one.changed_at, intro) if intro else one.changed_at
            urls.append({"location": f"{settings.BASE_URL}{path}", "lastmod": lastmod, "changefreq": "daily"})
        return [{**url, "item": url["location"], "priority": "", "alternates": []} for url in urls]

    def _written(self) -> dict[tuple[int, str], dt.datetime]:
        field = "practice" if self.kind == Kind.PRACTICE else "theme"
        rows = LandingIntro.objects.filter(live=True, last_published_at__isnull=False).exclude(**{field: None})
        return {(subject, place): at for subject, place, at in rows.values_list(field, "place", "last_published_at")}


class PracticeSitemap(LandingSitemap):
    """Each practice, and each practice in each commune, département and région where it is offered."""


class ThemeSitemap(LandingSitemap):
    kind = Kind.THEME


def _exact(page: LandingPage) -> str:
    """The exact form of its place, as introductions keep it."""
    prefix = {"commune": "commune", "department": "departement", "region": "region"}.get(page.area)
    return f"{prefix}:{page.code}" if prefix else ""
