"""Settings shared by every environment; each outside service has its part in `parts/`."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[3]
SITE_DIR = BASE_DIR / "site"

env = environ.Env()
DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # Ours, from the top of the import order to its bottom: templates of the first win.
    "config.apps.PlatformConfig",
    "editorial",
    "search",
    "booking",
    "practitioners",
    "legal",
    "accounts",
    "places",
    "common",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_elasticsearch_dsl",
    "heroicons",
    "js_lib_leaflet",
    # Serves the API's pages from here: without it they would load their script from a foreign host.
    "ninja",
    "wagtail_modeladmin",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.routable_page",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "phonenumber_field",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

# How many reverse proxies of ours stand in front: only what they say of a visitor's address is believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
MIDDLEWARE = [
    "common.middleware.proxy.VisitorAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.cookieless.CookielessMiddleware",
    "common.middleware.request_log.RequestLogMiddleware",
    "booking.middleware.KeptAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.middleware.language.CookieLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "common.middleware.input.RefuseNulBytesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "common.middleware.security_policy.SecurityPolicyMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before the one that answers in place of the view.
    "accounts.middleware.ClosedPagesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "practitioners.middleware.OwnersCmsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.middleware.exports.MarkedExportsMiddleware",
    "legal.middleware.NoticePeriodMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

# What practitioners' own sites show inside their pages.
COOKIELESS_PATHS = ("/widget.js", "/widget/", "/badge/")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "common.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["common.templatetags.ui", "heroicons.templatetags.heroicons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context.shell",
                "legal.notices.context",
                "legal.consents.shown.context",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://localhost/directory")}
DATABASES["default"]["ENGINE"] = "common.postgres"
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = "FR"

STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "static"))
STATICFILES_DIRS = [SITE_DIR / "assets"]
# Wagtail's own documents live here; the legal ones have their own addresses.
MEDIA_URL = "/fichiers/medias/"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "media"))
# Never served by a web server: read through views that check who asks.
PRIVATE_ROOT = env("PRIVATE_ROOT", default=str(BASE_DIR / "private"))
# ClamAV: the path of its socket, or host:port. Empty, documents from outside are shown without having been scanned.
CLAMD_SOCKET = env("CLAMD_SOCKET", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "private": {
        "BACKEND": "common.sealed_files.SealedFileStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
SILENCED_SYSTEM_CHECKS: list[str] = []

# Free times computed once are given again until their agenda changes; without it each request computes them (make bench).
AGENDA_KEEPS_ANSWERS = env.bool("AGENDA_KEEPS_ANSWERS", default=True)

X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview frames its own pages.
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    # Wagtail's admin needs inline styles and scripts; its own pages are for staff only.
    "EXCLUDE_URL_PREFIXES": ("/cms/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [SELF],
        # Forms that answer with a redirect to Stripe's pages: the payment, and the opening of a practitioner's account.
        "form-action": [
            SELF,
            "https://checkout.stripe.com",
            "https://connect.stripe.com",
            "https://accounts.stripe.com",
        ],
    },
}

from config.settings.parts.accounts import *  # noqa: E402, F403
from config.settings.parts.booking import *  # noqa: E402, F403
from config.settings.parts.calendars import *  # noqa: E402, F403
from config.settings.parts.celery import *  # noqa: E402, F403
from config.settings.parts.elasticsearch import *  # noqa: E402, F403
from config.settings.parts.email import *  # noqa: E402, F403
from config.settings.parts.harvesting import *  # noqa: E402, F403
from config.settings.parts.invoicing import *  # noqa: E402, F403
from config.settings.parts.legal import *  # noqa: E402, F403
from config.settings.parts.logging import *  # noqa: E402, F403
from config.settings.parts.map import *  # noqa: E402, F403
from config.settings.parts.map import MAP_TILE_SOURCES  # noqa: E402
from config.settings.parts.retention import *  # noqa: E402, F403
from config.settings.parts.sms import *  # noqa: E402, F403
from config.settings.parts.stripe import *  # noqa: E402, F403
from config.settings.parts.wagtail import *  # noqa: E402, F403

# Tiles of the map, when an address of tiles is set: its host and no other.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] += MAP_TILE_SOURCES
