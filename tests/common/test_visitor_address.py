"""The visitor's address behind proxies: what a client claims is never believed."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from common.middleware.proxy import VisitorAddressMiddleware, visitor_address


@pytest.mark.parametrize(
    ("header", "proxies", "seen"),
    [
        ("198.51.100.7", 0, ""),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7, 10.0.0.2", 2, "198.51.100.7"),
        ("198.51.100.7", 2, ""),
        ("", 1, ""),
        ("<script>", 1, ""),
        ("x" * 10_000, 1, ""),
        ("2001:DB8::1", 1, "2001:db8::1"),
    ],
)
def test_only_what_trusted_proxies_wrote_counts(header, proxies, seen):
    assert visitor_address(header, proxies) == seen


def test_the_request_carries_it(settings):
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")
    VisitorAddressMiddleware(lambda request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == "198.51.100.7"
