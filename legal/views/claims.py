"""The check while one writes: texts in, what the rules see out, with places as browsers count them."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse, RawPostDataException
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from legal.claims.store import rules_in_force

MOST_TEXTS, MOST_CHARS = 60, 60_000


@require_POST
@never_cache
def check(request: HttpRequest) -> JsonResponse:
    """For anybody who is signed in: writing is theirs, and nothing is kept."""
    try:
        asked: Any = json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException):
        # The last one: a form, which the check of its token has read already.
        asked = None
    texts = asked.get("texts") if isinstance(asked, dict) else None
    if not isinstance(texts, list) or len(texts) > MOST_TEXTS or not all(isinstance(text, str) for text in texts):
        return JsonResponse({"error": _("A list of texts is expected.")}, status=422)
    if sum(map(len, texts)) > MOST_CHARS:
        return JsonResponse({"error": _("These texts are too long to be checked while you write.")}, status=422)
    rules, reply = rules_in_force(), asked.get("reply") is True
    return JsonResponse({"found": [[_one(text, match) for match in rules.check(text, reply=reply)] for text in texts]})


def _one(text: str, match: Any) -> dict[str, Any]:
    rule = match.rule
    return {
        "start": _units(text, match.start),
        "end": _units(text, match.end),
        "words": " ".join(match.of(text).split()),
        "severity": rule.severity,
        "reason": rule.reason,
        "suggestion": rule.suggestion,
    }


def _units(text: str, place: int) -> int:
    """Browsers count an emoji as two."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
