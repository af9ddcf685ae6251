"""Every address of the site, read from the resolver: a new one without its line in the table fails a test."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Packages that bring hundreds of addresses of their own; one line of the table stands for each.
PACKAGES = {"wagtail.admin.urls": "cms/…", "wagtail.documents.urls": "fichiers/…"}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            package = PACKAGES.get(getattr(pattern.urlconf_name, "__name__", ""))
            yield from [package] if package else routes(pattern, route)


def named_routes(
    resolver: URLResolver | None = None, prefix: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, list[str] | None]]:
    """(route, name with its namespaces, methods that `require_http_methods` allows; None where it is not used)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, ":".join([*spaces, pattern.name or ""]), _methods(pattern.callback)
        elif getattr(pattern.urlconf_name, "__name__", "") not in PACKAGES:
            yield from named_routes(pattern, route, (*spaces, pattern.namespace) if pattern.namespace else spaces)


def _methods(view: Callable[..., Any] | None) -> list[str] | None:
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            cell = (view.__closure__ or ())[names.index("request_method_list")]  # type: ignore[attr-defined]
            return list(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return None
