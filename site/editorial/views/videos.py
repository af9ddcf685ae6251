"""Somebody presses a video: it plays now, and from now on if the box beside it was ticked."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.clock import now as clock_now
from editorial import videos
from legal.consents import cookies
from legal.consents.origin import following, from_this_site
from legal.consents.proofs import circumstances
from legal.models import Topic


@from_this_site
@login_not_required
@never_cache
@require_POST
def play(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("video", "")
    if not videos.KEY.fullmatch(key):
        raise Http404
    page = following(request)
    response = redirect(f"{page.partition('#')[0]}#video-{key}")
    videos.play(request, response, key)
    if request.POST.get("always"):
        cookies.choose(
            request,
            response,
            {Topic.VIDEOS: True},
            how=circumstances(request, _("Always show videos of other sites, for six months"), page=page),
            user=request.user if request.user.is_authenticated else None,
            now=clock_now(),
        )
    return response
