"""What every template may rely on."""

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "base_url": settings.BASE_URL,
        "theme": theme if theme in {"light", "dark"} else "",
        "demo": getattr(settings, "DEMO", False),
    }
