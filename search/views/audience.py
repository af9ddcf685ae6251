"""`/espace-praticien/audience/`: the figures of one's own page, as charts beside their tables."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.money_figures import charts
from booking.money_figures.periods import chosen, periods
from common import clock
from common.money import NBSP
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner
from search import audience as figures_of
from search import usual_searches

# The last twelve months and the last thirty days: older figures end.
_OFFERED = 2


@require_safe
@for_practitioner
def audience(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    today = clock.today()
    offered = periods(today)[:_OFFERED]
    period = chosen(request.GET.get("periode", ""), today)
    if period.key not in {each.key for each in offered}:
        period = offered[0]
    total, rows = figures_of.figures(practitioner, period)
    searches, rarer = usual_searches.usual(practitioner, period.first, period.end)
    sections = [
        {
            "key": key,
            "title": title,
            "chart": charts.columns(rows, value, _number),
            "said": _("%(n)s in all") % {"n": _number(sum(value(row) for row in rows))},
        }
        for key, title, value in (
            ("visites", _("Visits of your page"), lambda row: row.views),
            ("reservations", _("Bookings on the site"), lambda row: row.bookings),
        )
    ]
    context = {
        "practitioner": practitioner,
        "period": period,
        "periods": offered,
        "total": total,
        "rate": "–" if total.rate is None else f"{number_format(total.rate, 1)}{NBSP}%",
        "rows": rows,
        "sections": sections,
        "is_empty": not any((total.views, total.phones, total.messages, total.bookings)),
        "searches": searches,
        "rarer": rarer,
        "places": list(figures_of.places(practitioner, searches)) if practitioner.is_listed else [],
        "fewest": usual_searches.FEWEST,
    }
    return render(request, "search/office_audience.html", context)


def _number(value: float) -> str:
    return number_format(round(value), 0, use_l10n=True, force_grouping=True)
