"""Tags of the profile and the office."""

import json
from itertools import groupby
from operator import itemgetter
from typing import Any

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from phonenumber_field.phonenumber import to_python

from common.registry import office_nav, profile_panels
from practitioners.profile import structured_data

register = template.Library()
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def siret(number: str) -> str:
    """As the register prints it: `732 829 320 00074`."""
    return "\u00a0".join((number[:3], number[3:6], number[6:9], number[9:])) if len(number) == 14 else number


@register.filter
def phone(number: str) -> str:
    """As French numbers are written: `06 12 34 56 78`."""
    read = to_python(number)
    return read.as_national.replace(" ", "\u00a0") if read and read.country_code else number


@register.simple_tag(takes_context=True)
def booking_panels(context: Context) -> SafeString:
    """The panels that higher apps registered for the profile, in their order; each is a function (context) -> safe HTML."""
    values = context.flatten()
    return mark_safe("".join(conditional_escape(panel(values)) for panel in profile_panels))  # noqa: S308


@register.simple_tag(takes_context=True)
def profile_structured_data(context: Context) -> SafeString:
    """A data block is not executed, so the content policy allows it; < > & are escaped so that no text can close it."""
    data = {"@context": "https://schema.org", "@graph": structured_data(context.flatten())}
    payload = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{payload}</script>')  # noqa: S308


@register.inclusion_tag("practitioners/office/navigation.html", takes_context=True)
def office_navigation(context: Context) -> dict[str, Any]:
    """The pages of the office, by group: those that the apps registered and whose address exists."""
    path = context["request"].path
    items = []
    practitioner = context.get("practitioner")
    is_over = practitioner is not None and practitioner.status == practitioner.Status.ENDED
    for entry in office_nav:
        if is_over and not entry.after_end:
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        current = path == url or (entry.url_name != "office_home" and path.startswith((url, *entry.also)))
        items.append(
            {"group": str(entry.group), "label": entry.label, "icon": entry.icon, "url": url, "current": current}
        )
    # Of two that begin the address of the page, the longer one is where one is.
    here = max((item["url"] for item in items if item["current"]), key=len, default="")
    items = [{**item, "current": item["url"] == here} for item in items]
    return {
        "groups": [(label, list(inside)) for label, inside in groupby(items, key=itemgetter("group"))],
        "here": next((item["label"] for item in items if item["current"]), ""),
    }
