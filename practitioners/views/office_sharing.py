"""« Faire connaître ma page »: the address, its QR code, what to print, and the badge for one's own site."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from practitioners.models import Practitioner
from practitioners.sharing import badge, code, paper
from practitioners.views.office import for_practitioner


def _address(practitioner: Practitioner) -> str:
    """Of the public page; empty until the file is accepted, for paper lasts longer than a draft."""
    page = getattr(practitioner, "page", None)
    return page.get_full_url() if practitioner.is_listed and page is not None and page.live else ""


@require_safe
@for_practitioner
def sharing(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    address = _address(practitioner)
    badges = []
    for look in badge.LOOKS if address else ():
        image = settings.BASE_URL + reverse("badge", args=[look])
        text = badge.snippet(image=image, address=address, name=practitioner.full_name)
        badges.append({"look": look, "image": reverse("badge", args=[look]), "code": text})
    context = {
        "practitioner": practitioner,
        "address": address,
        "drawing": code.drawing(address) if address else "",
        "badges": badges,
    }
    return render(request, "practitioners/office/sharing.html", context)


@require_safe
@for_practitioner
def code_file(request: HttpRequest, practitioner: Practitioner, form: str) -> HttpResponse:
    address = _address(practitioner)
    if not address or form not in {"svg", "png"}:
        raise Http404
    if form == "svg":
        return _file(code.drawing(address).encode(), "image/svg+xml", f"code-{practitioner.slug}.svg")
    return _file(code.picture(address), "image/png", f"code-{practitioner.slug}.png")


@require_safe
@for_practitioner
def sheet(request: HttpRequest, practitioner: Practitioner, kind: str) -> HttpResponse:
    address = _address(practitioner)
    if not address or kind not in paper.KINDS:
        raise Http404
    return _file(paper.compose_sheet(practitioner, kind, address), "application/pdf", f"{kind}-{practitioner.slug}.pdf")


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def badge_drawing(request: HttpRequest, look: str) -> HttpResponse:
    """Shown on other people's sites: always French, the same for everybody, and no cookie."""
    if look not in badge.LOOKS:
        raise Http404
    with translation.override("fr"):
        return HttpResponse(badge.drawing(look), content_type="image/svg+xml")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
