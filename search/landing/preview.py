"""A landing page with an introduction that is not published yet."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from places import lookup
from search.landing import pages, subjects
from search.models import LandingIntro


def answer(request: HttpRequest, intro: LandingIntro) -> HttpResponse:
    row = intro.practice or intro.theme
    try:
        intro.clean()
    except ValidationError as error:
        return _plain(" ".join(error.messages))
    if row is None:
        return _plain(_("Choose a practice or a theme, one of the two."))
    place = lookup.resolve(intro.place) if intro.place else None
    return pages.answer(request, subjects.of(row), place if isinstance(place, lookup.Place) else None, intro=intro)


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
