"""`/api/v1/`: one router an app, mounted here."""

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
