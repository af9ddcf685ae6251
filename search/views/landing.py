"""Landing pages: all practices, a practice, and a practice in a place. They exist only where there is somebody."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from places import canonical
from practitioners.models import Practice
from search.landing import pages, subjects
from search.landing.subjects import Kind, Subject

OFFERED = Q(
    practitioner_links__certificate_checked_at__isnull=False,
    practitioner_links__practitioner__search_entry__isnull=False,
)


@login_not_required
@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    counted = (
        Practice.objects.annotate(listed=Count("practitioner_links", filter=OFFERED))
        .filter(listed__gt=0)
        .order_by("folded")
    )
    return render(request, "search/practices.html", {"practices": counted})


@login_not_required
@require_safe
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    return pages.answer(request, _subject(slug), None)


@login_not_required
@require_safe
def practice_in_place(request: HttpRequest, slug: str, place_slug: str) -> HttpResponse:
    found = _subject(slug)
    place = canonical.by_address(place_slug)
    if place is None:
        raise Http404("no such place")
    return pages.answer(request, found, place)


def _subject(slug: str) -> Subject:
    found = subjects.find(Kind.PRACTICE, slug)
    if found is None:
        raise Http404("no such practice")
    return found
