"""Whose address a request comes from, for lockouts."""

from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The address as the server sees it; a proxy must be told to the server, never read from a header anybody can send."""
    return request.META.get("REMOTE_ADDR", "")
