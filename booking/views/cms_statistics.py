"""The operator's statistics of the money: charts that are pictures of the tables beside them."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.money_figures import charts
from booking.money_figures.figures import Figures, Line, figures
from booking.money_figures.periods import Period, chosen, periods
from common import clock
from common.access import exports
from common.money import NBSP, format_euros
from legal.views.doors import only
from places.models import Region
from practitioners.models import Practice
from practitioners.policies.files import may_operate


@only(may_operate)
@never_cache
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    period = chosen(request.GET.get("periode", ""), today)
    practices, regions = list(Practice.objects.order_by("name")), list(Region.objects.order_by("name"))
    practice = _known(request.GET.get("pratique", ""), [row.slug for row in practices])
    region = _known(request.GET.get("region", ""), [row.code for row in regions])
    found = figures(period, practice=practice, region=region)
    if request.GET.get("format") == "csv":
        return _csv(request, found, period)
    context = {
        "period": period,
        "periods": periods(today),
        "practices": practices,
        "practice": practice,
        "regions": regions,
        "region": region,
        "found": found,
        "rate": percent(found.total.rate),
        "sections": _sections(found),
    }
    return render(request, "booking/cms/statistics.html", context)


def _known(typed: str, offered: list[str]) -> str:
    return typed if typed in offered else ""


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{number_format(rate, 1, use_l10n=True)}{NBSP}%"


def euros(cents: float) -> str:
    """Of an axis or beside a bar: without cents."""
    return f"{number_format(round(cents / 100), 0, use_l10n=True, force_grouping=True)}{NBSP}€".replace("\u202f", NBSP)


def _sections(found: Figures) -> list[dict[str, object]]:
    time = found.by_time
    parts: list[tuple[str, str, str, charts.Chart, list[Line]]] = [
        ("volume", _("Paid online"), "columns", charts.columns(time, lambda line: line.volume, euros), time),
        ("frais", _("Service fees"), "columns", charts.columns(time, lambda line: line.fees, euros), time),
        ("rendu", _("Share given back"), "columns", charts.columns(time, lambda line: line.rate, percent), time),
        ("pratiques", _("By practice"), "rows", charts.rows(found.by_practice, lambda line: line.volume, euros), found.by_practice),
        ("regions", _("By region"), "rows", charts.rows(found.by_region, lambda line: line.volume, euros), found.by_region),
    ]  # fmt: skip
    return [
        {
            "key": key,
            "title": title,
            "kind": kind,
            "chart": chart,
            "lines": _shown(key, lines),
            "said": _said(key, lines),
        }
        for key, title, kind, chart, lines in parts
    ]


def _shown(key: str, lines: list[Line]) -> list[dict[str, object]]:
    """The cells of the table beside: only what its chart draws for the three over time, everything for the other two."""
    full = key in {"pratiques", "regions"}
    return [
        {
            "name": line.name,
            "cells": [str(line.payments), format_euros(line.volume), format_euros(line.fees), percent(line.rate)]
            if full
            else [
                {"volume": format_euros(line.volume), "frais": format_euros(line.fees)}.get(key) or percent(line.rate)
            ],
        }
        for line in lines
    ]


def _said(key: str, lines: list[Line]) -> str:
    """What the picture shows, for those who do not see it: its highest bar. The table says the rest."""
    value = {"frais": lambda line: line.fees, "rendu": lambda line: line.rate or 0}.get(key, lambda line: line.volume)
    highest = max(lines, key=value, default=None)
    if highest is None or not value(highest):
        return _("Nothing in this period.")
    shown = percent(value(highest)) if key == "rendu" else format_euros(int(value(highest)))
    return _("Highest: %(name)s, %(value)s.") % {"name": highest.name, "value": shown}


def _csv(request: HttpRequest, found: Figures, period: Period) -> HttpResponse:
    taken = exports.begin_nameless(request, subject=f"statistiques?{request.GET.urlencode()}", format="csv")
    name = exports.file_name(taken, f"statistiques-{period.key}.csv")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow(
        [_("By"), _("Name"), _("Payments"), _("Paid online"), _("Service fees"), _("Given back"), _("Share given back")]
    )
    for group, lines in (
        (_("Time"), found.by_time),
        (_("Practice"), found.by_practice),
        (_("Region"), found.by_region),
    ):
        for line in lines:
            amounts = [f"{cents // 100},{cents % 100:02d}" for cents in (line.volume, line.fees, line.refunded)]
            rate = "" if line.rate is None else f"{line.rate:.1f}".replace(".", ",")
            writer.writerow([group, line.name, line.payments, *amounts, rate])
    writer.writerow([exports.watermark(taken)])
    return response
