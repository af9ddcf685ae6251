"""`/thematiques/<slug>/<place>/`: the practitioners of a theme in a place. The theme's own page is an article of the CMS."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from editorial.models import ThemePage
from places import canonical
from search.landing import pages, subjects
from search.landing.subjects import Kind, Subject


@login_not_required
@require_safe
def theme_in_place(request: HttpRequest, slug: str, place_slug: str) -> HttpResponse:
    subject = subjects.find(Kind.THEME, slug) or _by_article(slug)
    place = canonical.by_address(place_slug)
    if subject is None or place is None:
        raise Http404("no such theme or place")
    return pages.answer(request, subject, place, article=_article(subject))


def _by_article(slug: str) -> Subject | None:
    """The article's address may not be the theme's own: its places lead to the theme's."""
    page = ThemePage.objects.live().filter(slug=slug).select_related("theme").first()
    return subjects.of(page.theme) if page else None


def _article(subject: Subject) -> pages.Article | None:
    page = ThemePage.objects.live().filter(theme=subject.pk).first()
    return pages.Article(page.title, page.url) if page else None
