"""The map of the site. Fixed addresses are listed in docs/architecture.md; Wagtail's pages answer last."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.coreutils import WAGTAIL_APPEND_SLASH
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from config import api

serve_pattern = r"^((?:[\w\-]+/)*)$" if WAGTAIL_APPEND_SLASH else r"^([\w\-/]*)$"

# Documents of the public pages need no account; private ones are elsewhere, behind views that check who asks.
decorate_urlpatterns(wagtaildocs_urls.urlpatterns, login_not_required)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("common.urls")),
    path("api/v1/", api.urls()),
    path("recherche/", include("search.urls")),
    path("rendez-vous/", include("booking.urls.client")),
    path("s/", include("booking.urls.short")),
    path("retractation/", include("booking.urls.withdrawal")),
    path("", include("booking.urls.widget")),
    path("compte/", include("accounts.urls")),
    path("compte/", include("booking.urls.account")),
    path("compte/", include("search.account_urls")),
    path("compte/donnees/", include("legal.rights.urls")),
    path("", include("legal.consent_urls")),
    path("documents/", include("legal.urls")),
    path("signaler/", include("legal.report_urls")),
    path("signalement/", include("legal.complaints.urls")),
    path("", include("legal.public_urls")),
    path("vos-droits/", include("legal.requests.urls")),
    path("espace-praticien/", include("practitioners.urls")),
    path("badge/", include("practitioners.badge_urls")),
    path("", include("practitioners.public_urls")),
    path("espace-praticien/", include("booking.urls.office")),
    path("espace-praticien/audience/", include("search.office_urls")),
    path("webhooks/", include("booking.urls.webhooks")),
    path("pratiques/", include("search.practice_urls")),
    path("", include("editorial.urls")),
    path("cms/", include("accounts.cms_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("fichiers/", include(wagtaildocs_urls)),
]
if getattr(settings, "DEMO", False):
    urlpatterns.append(path("demo/", include("demo.urls")))
    from django.views.static import serve as serve_file

    # Public pictures; in production the web server serves them. `static()` would be silent outside DEBUG.
    media = rf"^{settings.MEDIA_URL.lstrip('/')}(?P<path>.*)$"
    urlpatterns.append(re_path(media, login_not_required(serve_file), {"document_root": settings.MEDIA_ROOT}))
urlpatterns.append(re_path(serve_pattern, login_not_required(wagtail_views.serve), name="wagtail_serve"))
