"""What crawlers may read, and where the list of pages is."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import index as django_index
from django.contrib.sitemaps.views import sitemap as django_sitemap
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.contrib.sitemaps import Sitemap

from search.sitemaps import PracticeSitemap, ThemeSitemap

CLOSED = ("/compte/", "/rendez-vous/", "/espace-praticien/", "/cms/", "/signaler/", "/api/", "/webhooks/")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The files of the sitemap: as many as the site needs."""
    return django_index(request, _sections(request), sitemap_url_name="sitemap_section")


@login_not_required
@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    return django_sitemap(request, _sections(request), section)


def _sections(request: HttpRequest) -> dict[str, Sitemap]:
    """Every live page, profiles included (a page says itself what it gives), and the landing pages."""
    return {"pages": PagesSitemap(request), "pratiques": PracticeSitemap(), "thematiques": ThemeSitemap()}


class PagesSitemap(Sitemap):
    """Wagtail's, in files that take a moment each: every page in one would be read whole."""

    limit = 1000
