"""The answer of a landing page: shown where there is somebody, moved where its address changed, gone where nobody is left."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from common import clock
from common.structured_data import as_script, breadcrumb
from places.lookup import Place
from search import alerts, query
from search.addresses import ORDER, OWN_VALUES, Address
from search.landing import areas, intros, texts
from search.landing.figures import figures
from search.landing.subjects import Kind, Subject
from search.models import LandingIntro
from search.presentation import result_page

# Parameters that make another search of it; anything else in an address (campaigns, trackers) changes nothing.
FILTERS = ({*ORDER} - {"page"}) | {field for _choice, _word, field in OWN_VALUES}
# Neighbours are those one would go to: about eighty kilometres.
NEAR_DEGREES = 0.75


@dataclass(frozen=True)
class Article:
    """The editors' page about the subject."""

    title: str
    url: str


def answer(
    request: HttpRequest, subject: Subject, place: Place | None, *, article: Article | None = None,
    intro: LandingIntro | None = None,
) -> HttpResponse:  # fmt: skip
    """`place` is canonical. `intro` is one that is not published yet, to be looked at; else the published one is read."""
    address = subject.url(place.slug if place else "")
    if request.path != address and intro is None:
        return HttpResponsePermanentRedirect(address)
    if any(value.strip() for name in FILTERS for value in request.GET.getlist(name)):
        return HttpResponseRedirect(_as_search(request, subject, place))
    if request.GET.get("page") == "1":
        return HttpResponsePermanentRedirect(address)
    parsed = query.parse(_parameters(request, subject, place), today=clock.today())
    context = result_page(request, parsed)
    if not context["results"].count:
        return _gone(request, context, subject, place, article)
    context |= _around(subject, place, article) | _texts(context, subject, place, intro)
    context["alert_offer"] = alerts.offer(request, parsed, count=context["results"].count)
    if article:
        context["pages"] = []  # the article stands above
    context["canonical"] = f"{settings.BASE_URL}{address}"
    first = parsed.query.page == 1
    context["indexable"] = first and _worth_indexing(subject, place)
    return render(request, "search/landing.html", context)


def _worth_indexing(subject: Subject, place: Place | None) -> bool:
    """A commune where nobody receives is served from around: useful to who comes, a copy of its neighbour to a crawler."""
    return place is None or place.kind != "commune" or areas.receives_in(subject, place)


def _parameters(request: HttpRequest, subject: Subject, place: Place | None) -> QueryDict:
    parameters = QueryDict(mutable=True)
    parameters[subject.parameter] = subject.slug
    if place:
        parameters["lieu"] = place.id
    if request.GET.get("page"):
        parameters["page"] = request.GET["page"]
    return parameters


def _as_search(request: HttpRequest, subject: Subject, place: Place | None) -> str:
    """The same question among the search's addresses, with what was added to it."""
    asked = {name: [v for v in request.GET.getlist(name) if v.strip()] for name in FILTERS if name in request.GET}
    asked[subject.parameter] = list(dict.fromkeys([subject.slug, *asked.get(subject.parameter, [])]))
    if place and "autour" not in asked:
        asked.setdefault("lieu", [place.id])
    known = {name: values for name, values in asked.items() if name in ORDER}
    own = {name: values[-1] for name, values in asked.items() if name not in ORDER and values}
    for choice, word, field in OWN_VALUES:
        if field in own and known.get(choice, [word]) == [word]:
            known[choice] = [own[field]]
    return str(Address.of(known))


def _texts(
    context: dict[str, Any], subject: Subject, place: Place | None, draft: LandingIntro | None
) -> dict[str, Any]:
    results = context["results"]
    counted = figures(subject, place)
    intro = draft or intros.published(subject, place)
    return {
        "intro": intro,
        "sentences": texts.sentences(subject, place, results, counted),
        "page_title": (intro and intro.seo_title) or texts.title(subject, place, results.count),
        "description": (intro and intro.seo_description) or texts.description(subject, place, results.count, counted),
    }


def _around(subject: Subject, place: Place | None, article: Article | None) -> dict[str, Any]:
    """Where one is, and where one can go from here."""
    steps = _steps(subject, place, article)
    town = place if place and place.kind == "commune" else None
    towns = areas.near(subject, town, degrees=NEAR_DEGREES) if town else areas.largest(subject, place)
    return {
        "subject": subject,
        "place": place,
        "article": article,
        "heading": texts.heading(subject, place),
        "crumbs": steps[:-1],
        "crumb": steps[-1][0],
        "schema": as_script([breadcrumb([(name, f"{settings.BASE_URL}{url}") for name, url in steps])]),
        "towns": towns,
        "towns_title": _("Nearby towns") if town else _("Towns with most practitioners"),
        "departments": _departments(subject, place),
        "others": areas.others_here(subject, place) if place else [],
        "in_place": texts.in_place(place) if place else "",
        "is_practice": subject.kind == Kind.PRACTICE,
    }


def _departments(subject: Subject, place: Place | None) -> list[areas.Neighbour]:
    if place is None:
        return areas.departments(subject)
    return areas.departments(subject, place.code) if place.kind == "region" else []


def _steps(subject: Subject, place: Place | None, article: Article | None) -> list[tuple[str, str]]:
    """(name, address): home, the section, the subject, the larger area when it has a page, the page itself."""
    section = _("Practices") if subject.kind == Kind.PRACTICE else _("Themes")
    steps = [(_("Home"), "/"), (section, subject.section)]
    if subject.kind == Kind.PRACTICE:
        steps.append((subject.name, subject.url()))
    elif article:
        steps.append((article.title, article.url))
    if place:
        larger = areas.larger(subject, place)
        steps += [(larger.name, larger.url)] if larger else []
        steps.append((texts.place_name(place), subject.url(place.slug)))
    return steps


def _gone(
    request: HttpRequest, context: dict[str, Any], subject: Subject, place: Place | None, article: Article | None
) -> HttpResponse:
    """410: nobody is left. The nearest who are, the subject everywhere, and an alert for when somebody comes."""
    towns = areas.near(subject, place, limit=8) if place else []
    context |= {
        "subject": subject,
        "place": place,
        "article": article,
        "heading": texts.heading(subject, place),
        "towns": towns,
        "everywhere": place is not None and areas.everywhere(subject),
        "subject_url": subject.url() if subject.kind == Kind.PRACTICE else (article.url if article else ""),
        "others": areas.others_here(subject, place) if place else [],
        "in_place": texts.in_place(place) if place else "",
        "is_practice": subject.kind == Kind.PRACTICE,
    }
    return render(request, "search/landing_gone.html", context, status=410)
