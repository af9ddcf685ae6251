"""`/api/v1/`: one router an app, mounted here."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from ninja import NinjaAPI

api = NinjaAPI(
    title="Directory API",
    version="1",
    docs_url="docs/",
    openapi_url="openapi.json",
    urls_namespace="api-v1",
)
api.add_router("", "places.api.router")
api.add_router("", "search.api.router")
api.add_router("", "booking.api.router")


def urls() -> tuple[list[Any], str, str]:
    """Open to everyone: what the API gives is what the public pages show. A router that needs a person uses ninja's `auth`."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback = login_not_required(pattern.callback)  # type: ignore[type-var]
    return patterns, app_name, namespace
