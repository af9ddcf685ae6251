"""The figures of one's own page (`/espace-praticien/audience/`) and of the whole site (`/cms/audience/`): charts beside their tables."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.money_figures import charts
from booking.money_figures.periods import chosen, periods
from common import clock
from common.money import NBSP
from legal.views.doors import only
from practitioners.models import Practitioner
from practitioners.policies.files import may_operate
from practitioners.views.office import for_practitioner
from search import audience as figures_of
from search import usual_searches

# The last twelve months and the last thirty days: older figures end.
_OFFERED = 2


@require_safe
@for_practitioner
def audience(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    context = _figures(request, practitioner)
    context["practitioner"] = practitioner
    context["places"] = list(figures_of.places(practitioner, context["searches"])) if practitioner.is_listed else []
    return render(request, "search/office_audience.html", context)


@only(may_operate)
@never_cache
@require_safe
def site(request: HttpRequest) -> HttpResponse:
    return render(request, "search/cms/audience.html", _figures(request, None))


def _figures(request: HttpRequest, practitioner: Practitioner | None) -> dict[str, Any]:
    today = clock.today()
    offered = periods(today)[:_OFFERED]
    period = chosen(request.GET.get("periode", ""), today)
    if period.key not in {each.key for each in offered}:
        period = offered[0]
    total, rows = figures_of.figures(practitioner, period)
    searches, rarer = usual_searches.usual(practitioner, period.first, period.end)
    visits = _("Visits of your page") if practitioner else _("Visits of practitioners’ pages")
    sections = [
        {
            "key": key,
            "title": title,
            "chart": charts.columns(rows, value, _number),
            "said": _("%(n)s in all") % {"n": _number(sum(value(row) for row in rows))},
        }
        for key, title, value in (
            ("visites", visits, lambda row: row.views),
            ("reservations", _("Bookings on the site"), lambda row: row.bookings),
        )
    ]
    return {
        "period": period,
        "periods": offered,
        "total": {name: _number(getattr(total, name)) for name in ("views", "phones", "messages", "bookings")},
        "rate": "–" if total.rate is None else f"{number_format(total.rate, 1)}{NBSP}%",
        "rows": rows,
        "sections": sections,
        "is_empty": not any((total.views, total.phones, total.messages, total.bookings)),
        "searches": searches,
        "rarer": rarer,
        "fewest": usual_searches.FEWEST,
    }


def _number(value: float) -> str:
    return number_format(round(value), 0, use_l10n=True, force_grouping=True).replace("\u202f", NBSP)
