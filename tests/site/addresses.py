"""Every address of the site, read from the resolver: a new one without its line in the table fails a test."""

from collections.abc import Iterator

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
