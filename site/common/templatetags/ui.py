"""The interface's components. Every tag gives its template all the variables it reads, so that none is ever undefined.

Loaded in every template (see `builtins` in the settings).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import heroicons
from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from common import wording
from common.money import format_euros

register = template.Library()

register.filter("money", format_euros)
register.filter("initials", wording.initials)


@register.filter(is_safe=True)
def elided(text: str) -> str:
    """Around a French sentence with a name in it: « la page d’Edwige »."""
    return wording.elided(text)


@register.filter
def long_date(value: dt.date, zone: wording.Zone = None) -> str:
    return wording.long_date(value, zone) if value else ""


@register.filter
def plain_date(value: dt.date, zone: wording.Zone = None) -> str:
    """`1er décembre 2026`"""
    return wording.long_date(value, zone, weekday=False) if value else ""


@register.filter
def day_month(value: dt.date, zone: wording.Zone = None) -> str:
    """`mardi 1er décembre`"""
    return wording.long_date(value, zone, year=False) if value else ""


@register.filter
def short_date(value: dt.date, zone: wording.Zone = None) -> str:
    return wording.short_date(value, zone) if value else ""


@register.filter
def short_date_year(value: dt.date, zone: wording.Zone = None) -> str:
    """`3 sept. 2026`"""
    return wording.short_date(value, zone, weekday=False, year=True) if value else ""


@register.filter
def long_datetime(value: dt.datetime, zone: wording.Zone = None) -> str:
    return wording.long_datetime(value, zone) if value else ""


@register.filter
def day_time(value: dt.datetime, zone: wording.Zone = None) -> str:
    """`mardi 1er décembre à 14:30`: without the year, where it is plain."""
    return wording.long_datetime(value, zone, year=False) if value else ""


@register.filter
def short_datetime(value: dt.datetime, zone: wording.Zone = None) -> str:
    return wording.short_datetime(value, zone) if value else ""


@register.filter
def clock_time(value: dt.datetime | dt.time, zone: wording.Zone = None) -> str:
    return wording.clock_time(value, zone) if value else ""


@register.simple_tag
def own_clock(moment: dt.datetime, zone: str) -> SafeString:
    """Empty until `own-zone.js` finds that the reader's clock shows another time than that of `zone`: « 09:30 chez vous »."""
    return format_html(
        '<span class="own-clock" data-instant="{}" data-zone="{}" data-own-words="{}" hidden></span>',
        moment.isoformat(),
        zone,
        # Translators: %s is a time on the reader's own clock.
        gettext("%s where you are"),
    )


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A decorative outline icon; the words beside it carry the meaning."""
    attrs: dict[str, object] = {"stroke-width": "1.75", "aria-hidden": "true", "focusable": "false"}
    return mark_safe(heroicons._render_icon("outline", str(name) + "", size, attrs))  # noqa: S308


@register.simple_tag
def stars(score: float) -> SafeString:
    """Five decorative stars; write the score in words beside them."""
    width = max(0, min(100, round(float(score) * 20 / 5) * 5))
    return format_html('<span class="stars stars-{}" aria-hidden="true"></span>', width)


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """The current query string with `changes` applied; an empty value drops the parameter, a change drops the page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


# Forms


@register.inclusion_tag("components/form.html")
def ui_form(form: BaseForm, summary: bool = True) -> dict[str, Any]:
    """All the fields of a form with the legend of mandatory ones, after the error summary unless `summary` is false."""
    return {"form": form, "summary": summary, "has_required": any(f.field.required for f in form.visible_fields())}


@register.inclusion_tag("django/forms/field.html")
def ui_field(field: BoundField) -> dict[str, Any]:
    return {"field": field}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What stands first on a page that refused something: each error, linked to its field."""
    entries = []
    for form in forms:
        entries += [("", "", error) for error in form.non_field_errors()]
        for name, errors in form.errors.items():
            if name == "__all__":
                continue
            target = _first_input(form[name])
            label = getattr(form.fields[name], "summary_label", form[name].label)
            entries += [(target, label, error) for error in errors]
    return {"entries": entries, "count": len(entries)}


def _first_input(field: BoundField) -> str:
    if field.is_hidden:
        return ""
    first = field.subwidgets[0] if field.use_fieldset and field.subwidgets else None
    return (first.id_for_label if first else field.id_for_label) or ""


@register.filter
def widget_kind(field: BoundField) -> str:
    """How a field is laid out: `check`, `choices`, `group` (several inputs under one legend) or `line`."""
    kind = field.widget_type
    if kind == "checkbox":
        return "check"
    if kind in {"radioselect", "checkboxselectmultiple"}:
        return "choices"
    return "group" if field.use_fieldset else "line"


# Regions


@register.inclusion_tag("components/message.html")
def message(
    text: str, kind: str = "info", title: str = "", url: str = "", action: str = "", live: bool = False
) -> dict[str, Any]:
    """`kind`: info, ok, attention, erreur. `live` only when it appears after an act of the reader."""
    icons = {
        "info": "information-circle",
        "ok": "check-circle",
        "attention": "exclamation-triangle",
        "erreur": "exclamation-circle",
    }
    return {
        "text": text, "kind": kind, "title": title, "url": url, "action": action, "live": live, "icon_name": icons[kind],
    }  # fmt: skip


@register.filter
def message_kind(tags: str) -> str:
    """Django's message levels in the words of the message component."""
    found = {"success": "ok", "warning": "attention", "error": "erreur"}
    return next((found[tag] for tag in (tags or "").split() if tag in found), "info")


@register.inclusion_tag("components/empty.html")
def empty_state(text: str, why: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    return {"text": text, "why": why, "url": url, "action": action}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """`{% breadcrumb label url label url … current %}`: the last label alone is the page one is on."""
    *pairs, current = parts
    return {"links": list(zip(pairs[::2], pairs[1::2], strict=True)), "current": current}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page) -> dict[str, Any]:
    """Numbered links that keep every other parameter of the address."""
    query = [(k, v) for k, values in context["request"].GET.lists() if k != "page" for v in values]
    prefix = f"?{urlencode(query)}&page=" if query else "?page="
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "prefix": prefix,
    }


@register.inclusion_tag("components/step_head.html")
def step_head(title: str, number: int, total: int, back: str = "") -> dict[str, Any]:
    """The h1 of a step in a series, with where one stands in words."""
    return {"title": title, "number": number, "total": total, "back": back}


@register.inclusion_tag("components/task_line.html")
def task_line(title: str, url: str, status: str, status_label: str, hint: str = "") -> dict[str, Any]:
    """`status`: todo, doing, checking, fix, done."""
    return {"title": title, "url": url, "status": status, "status_label": status_label, "hint": hint}


@register.inclusion_tag("components/portrait.html")
def portrait(name: str, url: str = "", width: int = 80, height: int = 100, eager: bool = False) -> dict[str, Any]:
    """A portrait, or the initials on sand when there is none; the name stands beside it, so it says nothing aloud."""
    return {"name": name, "url": url, "width": width, "height": height, "eager": eager}


@register.inclusion_tag("components/slot_strip.html", takes_context=True)
def slot_strip(
    context: Context,
    days: Iterable[Any],
    action: str,
    person: str,
    mode: str = "",
    zone: str = "Europe/Paris",
    hidden: dict[str, object] | None = None,
    more_url: str = "",
    more_label: str = "",
    level: int = 3,
) -> dict[str, Any]:
    """The ruled strip of free times: one POST form whose buttons are the times (name `start`, ISO instant).

    A day has `date`, `slots` (each with an aware `start`) and `reason`, the sentence shown when it has none.
    """
    return {
        "days": days, "action": action, "person": person, "mode": mode, "zone": zone, "hidden": hidden or {},
        "more_url": more_url, "more_label": more_label, "heading": f"h{level}", "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.inclusion_tag("components/cancellation_scale.html")
def cancellation_scale(rows: Iterable[Any], caption: str = "", zone: str = "Europe/Paris") -> dict[str, Any]:
    """What cancelling gives back. A row has `until` (instant, or None for the last), `refund` (cents), `current` (bool)."""
    return {"rows": rows, "caption": caption, "zone": zone}


@register.inclusion_tag("components/verification_table.html")
def verification_table(items: Iterable[Any]) -> dict[str, Any]:
    """An item has `label`, `seen` (what was seen), `checked_on`, `valid_until`, `status` (verified, renew, missing)."""
    return {"items": items}


@register.inclusion_tag("components/review.html")
def review(item: Any, report_url: str = "") -> dict[str, Any]:
    """A review has `score`, `text`, `author`, `published_on`, `session_on`, `checked`, `reply`, `replied_on`."""
    return {"item": item, "report_url": report_url}


@register.inclusion_tag("components/place_field.html")
def place_field(
    value: str = "", name: str = "lieu", id: str = "lieu", label: str = "", hint: str = ""
) -> dict[str, Any]:
    """The place combobox; without JavaScript, a text field the server resolves."""
    return {"value": value, "name": name, "id": id, "label": label, "hint": hint}


@register.inclusion_tag("components/what_field.html")
def what_field(value: str = "", name: str = "q", id: str = "q", label: str = "", hint: str = "") -> dict[str, Any]:
    return {"value": value, "name": name, "id": id, "label": label, "hint": hint}
