"""The booking widget of a practitioner's own site: a script, and the page it frames. Neither reads nor sets a cookie
(`common.middleware.cookieless` sees to it).

Pages are rendered without the request: no session, no CSRF token, no sign-in. A time is a link to the directory, opened in a
tab of its own, where one press holds it: in a frame of another site a browser would refuse the session that a hold needs.
"""

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from booking import picker, widget_colours
from booking.policies.home_visits import reach_of
from booking.policies.offer import bookable_services
from common import clock
from practitioners.models import Practitioner, Service

SCRIPT = Path(settings.SITE_DIR) / "assets" / "embed" / "widget.js"
SCRIPT_SECONDS = 3600
COLOUR_SECONDS = 30 * 24 * 3600
THEMES = {"clair": "light", "sombre": "dark", "auto": ""}


@login_not_required
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """At a short address that never changes, since it is pasted into other people's sites."""
    response = HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    return _for_anybody(request, response, SCRIPT_SECONDS)


@login_not_required
@require_safe
def colour(request: HttpRequest, shade: str) -> HttpResponse:
    """The style sheet of a colour: a file of its own, since the content policy allows no style in the page."""
    if widget_colours.parse(shade) != shade:
        raise Http404
    response = HttpResponse(widget_colours.css(shade), content_type="text/css; charset=utf-8")
    return _for_anybody(request, response, COLOUR_SECONDS)


@login_not_required
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@require_safe
def frame(request: HttpRequest, slug: str) -> HttpResponse:
    """The sessions, then the times of one; what the site that frames it asked for stays in the address."""
    context = _looks(request)
    practitioner = Practitioner.objects.listed().filter(slug=slug[:120]).first()
    services = list(bookable_services().filter(practitioner=practitioner)) if practitioner else []
    if practitioner is None or not services:
        return _answer("booking/widget/none.html", context | {"title": _("Book a session")}, status=404)
    base = reverse("widget", args=[practitioner.slug])
    kept = context["kept"]
    only = len(services) == 1
    service = _chosen(services, request.GET.get("service", "")) or (services[0] if only else None)
    context |= {
        "practitioner": practitioner,
        "title": _("Book with %(person)s") % {"person": practitioner.full_name},
        "site_url": f"{settings.BASE_URL}{reverse('booking:service', args=[practitioner.slug])}",
    }
    if service is None:
        lines = [{"service": each, "url": _address(base, {"service": each.pk} | kept)} for each in services]
        reach = reach_of(practitioner).words if any(each.mode == "domicile" for each in services) else ""
        return _answer("booking/widget/services.html", context | {"lines": lines, "home_reach": reach})
    context |= _times(request, practitioner, service)
    context |= {
        "service": service,
        "times_url": _address(base, {"service": service.pk} | kept),
        "back_url": "" if only else _address(base, kept),
        "chosen_url": f"{settings.BASE_URL}{reverse('booking:chosen', args=[practitioner.slug])}?service={service.pk}",
        "all_url": f"{settings.BASE_URL}{reverse('booking:time', args=[practitioner.slug])}?service={service.pk}",
        # Translators: %s is a time on the reader's own clock.
        "own_words": _("%s where you are"),
    }
    return _answer("booking/widget/times.html", context)


def _times(request: HttpRequest, practitioner: Practitioner, service: Service) -> dict[str, Any]:
    month = request.GET.get("mois", "")
    return picker.pick(
        practitioner=practitioner,
        service=service,
        now=clock.now(),
        wanted=_day(request.GET.get("du", "")),
        month=_day(f"{month}-01") if len(month) == 7 else None,
    )


def _looks(request: HttpRequest) -> dict[str, Any]:
    """Colour and theme as asked for, and how the address carries them on."""
    asked = request.GET.get("couleur", "")
    shade = widget_colours.parse(asked)
    theme = request.GET.get("theme", "")
    kept: dict[str, str] = {}
    if asked:
        kept["couleur"] = shade
    if theme in THEMES:
        kept["theme"] = theme
    return {
        "colour_url": reverse("widget_colour", args=[shade]),
        # Most sites are light: a frame that turned dark by itself would be a hole in them.
        "theme": THEMES.get(theme, "light"),
        "kept": kept,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "base_url": settings.BASE_URL,
    }


def _chosen(services: list[Service], number: str) -> Service | None:
    return next((service for service in services if str(service.pk) == number), None)


def _answer(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(render_to_string(template, context), status=status)
    # Times are never old; the page holds nothing of the visitor.
    patch_cache_control(response, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _for_anybody(request: HttpRequest, response: HttpResponse, seconds: int) -> HttpResponse:
    """Kept by browsers and proxies, revalidated by its ETag, readable from every origin."""
    patch_cache_control(response, public=True, max_age=seconds)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    set_response_etag(response)
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer if isinstance(answer, HttpResponse) else response


def _address(base: str, parameters: dict[str, Any]) -> str:
    return f"{base}?{urlencode(parameters)}"


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None
