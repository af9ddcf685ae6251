"""Answers of the public profile that are not the page itself."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.pace import HOUR, too_many
from practitioners.models.practitioner import Practitioner


def unavailable_profile(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """410 for a page that was public and was withdrawn, 404 for one that never was; both lead to others, near and alike.

    The name is not shown: whoever left is no longer published here.
    """
    withdrawn = practitioner.status in {Practitioner.Status.SUSPENDED, Practitioner.Status.ENDED}
    link = practitioner.practice_links.exclude(certificate_checked_at=None).select_related("practice").first()
    place = practitioner.places.select_related("commune").first()
    query = {"pratique": link.practice.slug} if withdrawn and link else {}
    if withdrawn and place:
        query["lieu"] = f"commune:{place.commune_id}"
    context = {
        "withdrawn": withdrawn,
        "practice": link.practice.name if withdrawn and link else "",
        "town": place.commune.short_name if withdrawn and place else "",
        "search_url": f"/recherche/?{urlencode(query)}" if query else "/recherche/",
    }
    return render(request, "practitioners/unavailable.html", context, status=410 if withdrawn else 404)


def read_in_bulk(request: HttpRequest) -> HttpResponse | None:
    """429 for a network that reads more pages in an hour than people do; search engines take it as the pace to keep (P5)."""
    if not too_many(request, "profiles", most=settings.PAGES_PER_NETWORK):
        return None
    response = render(request, "practitioners/bulk.html", status=429)
    response["Retry-After"] = str(HOUR)
    return response
