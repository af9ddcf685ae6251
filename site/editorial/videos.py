"""Videos that other sites hold: nothing of theirs loads before somebody asks for it, once or for six months.

The one category of optional cookies that the site has: it is in use while a page online shows such a video.
"""

import re
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from legal.consents import cookies
from legal.models import Topic

# The one video that was asked for once: for as long as its page takes to show it.
ONCE = "video_lue"
ONCE_SECONDS = 120
_IN_USE = "videos-in-use"
_KEPT = 300


class Provider(NamedTuple):
    name: str
    host: str
    player: str
    address: re.Pattern[str]


PROVIDERS = {
    "youtube": Provider(
        "YouTube (Google)",
        "https://www.youtube-nocookie.com",
        "https://www.youtube-nocookie.com/embed/{id}?autoplay=1&rel=0",
        re.compile(
            r"https://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|embed/|shorts/)|youtu\.be/)([\w-]{11})(?:[?&#].*)?"
        ),
    ),
    "vimeo": Provider(
        "Vimeo",
        "https://player.vimeo.com",
        "https://player.vimeo.com/video/{id}?autoplay=1&dnt=1",
        re.compile(r"https://(?:www\.|player\.)?vimeo\.com/(?:video/)?([0-9]{5,12})(?:[?#].*)?"),
    ),
    "dailymotion": Provider(
        "Dailymotion",
        "https://geo.dailymotion.com",
        "https://geo.dailymotion.com/player.html?video={id}",
        re.compile(r"https://(?:www\.)?(?:dailymotion\.com/video|dai\.ly)/([a-z0-9]{5,12})(?:[?#_].*)?"),
    ),
}
KEY = re.compile(r"(youtube|vimeo|dailymotion)-([\w-]{5,12})")


class Video(NamedTuple):
    key: str
    provider: str
    host: str
    player: str


def of(url: str) -> Video | None:
    """The video of an address, as people copy it; None for a site that is not one of the three."""
    for name, provider in PROVIDERS.items():
        found = provider.address.fullmatch(url.strip())
        if found:
            key = f"{name}-{found[1]}"
            return Video(key, provider.name, provider.host, provider.player.format(id=found[1]))
    return None


def may_load(request: HttpRequest, video: Video) -> bool:
    """Always allowed by the choice about cookies, or asked for just now; the policy of this one answer lets its site in."""
    allowed = cookies.allows(request, Topic.VIDEOS) or request.COOKIES.get(ONCE) == video.key
    if allowed:
        request.video_hosts = getattr(request, "video_hosts", set()) | {video.host}  # type: ignore[attr-defined]
    return allowed


def let_in(request: HttpRequest, response: HttpResponse) -> None:
    """After the page was written: only what it really shows."""
    hosts = getattr(request, "video_hosts", None)
    if hosts:
        response._csp_update = {"frame-src": ["'self'", *sorted(hosts)]}  # type: ignore[attr-defined]


def play(request: HttpRequest, response: HttpResponse, key: str) -> None:
    if KEY.fullmatch(key):
        response.set_cookie(ONCE, key, max_age=ONCE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure())


def in_use() -> bool:
    """Whether a page online shows one; asked of the database once in a while, and again when a page changes."""
    known = cache.get(_IN_USE)
    if known is None:
        known = _shown()
        cache.set(_IN_USE, known, _KEPT)
    return bool(known)


def _shown() -> bool:
    from editorial.models import ArticlePage, StandardPage, ThemePage

    pages = [
        model.objects.live()
        .annotate(words=Cast("body", TextField()))
        .filter(words__contains='"type": "video"')
        .values("pk")
        for model in (ArticlePage, ThemePage, StandardPage)
    ]
    return bool(pages[0].union(*pages[1:], all=True)[:1])


def forget(**kwargs: object) -> None:
    cache.delete(_IN_USE)


def register() -> None:
    from wagtail.signals import page_published, page_unpublished

    page_published.connect(forget, dispatch_uid="videos-in-use")
    page_unpublished.connect(forget, dispatch_uid="videos-not-in-use")
    cookies.categories.register(
        Topic.VIDEOS,
        cookies.Category(
            Topic.VIDEOS,
            _("Videos of other sites"),
            _(
                "Some articles show a video that YouTube, Vimeo or Dailymotion holds. If you accept, their site loads with the page and may set cookies and measure what you watch; otherwise a picture stands in its place."
            ),
            in_use,
        ),
    )
