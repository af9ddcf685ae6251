"""schema.org data in a page, whoever makes it."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def as_script(objects: list[dict[str, Any]]) -> SafeString:
    """A data block is not executed, so the content policy allows it; < > & are escaped so that no text can close it."""
    data = {"@context": "https://schema.org", "@graph": objects}
    payload = json.dumps(data, ensure_ascii=False, default=str).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{payload}</script>')  # noqa: S308


def breadcrumb(steps: list[tuple[str, str]]) -> dict[str, Any]:
    """(name, absolute address) of each step, the page itself last."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
