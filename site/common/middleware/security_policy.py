"""The content security policy, whose text is the same for nearly every answer, is written once instead of at each."""

from typing import Any, ClassVar

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PLAIN = PolicyParts()


class SecurityPolicyMiddleware(CSPMiddleware):
    # Of the settings as they are: the object, and its text.
    _written: ClassVar[tuple[Any, str]] = (None, "")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        policy = settings.CONTENT_SECURITY_POLICY
        plain = not settings.DEBUG and not hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")
        if not plain or self.get_policy_parts(request, response) != PLAIN:
            # A view that changed it, or a page that took a nonce.
            return super().process_response(request, response)
        excluded = request.path_info.startswith(tuple(policy.get("EXCLUDE_URL_PREFIXES") or ()))
        if HEADER not in response and not excluded and not getattr(response, "_csp_exempt", False):
            response[HEADER] = self._text(policy)
        # As the library does: a nonce asked for from here on would be in no header.
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response

    @classmethod
    def _text(cls, policy: Any) -> str:
        known, text = SecurityPolicyMiddleware._written
        if known is not policy:
            text = build_policy()
            SecurityPolicyMiddleware._written = (policy, text)
        return text
