"""Numbers of people that may be shown outside: small ones are hidden, and cannot be computed from the others."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking import anonymous_figures
from common import clock
from common.access import exports
from common.suppression import THRESHOLD
from legal.policies import may_read_register
from legal.views.doors import only


@only(may_read_register)
@never_cache
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    offered = anonymous_figures.years(clock.today())
    typed = request.GET.get("annee", "")
    year = next((each for each in offered if str(each) == typed), offered[0] if offered else None)
    table = anonymous_figures.clients(year) if year is not None else None
    if table is not None and request.GET.get("format") == "csv":
        return _csv(request, table, year or 0)
    context = {"years": offered, "year": year, "table": table, "threshold": THRESHOLD, "most": THRESHOLD - 1}
    return render(request, "booking/cms/anonymous.html", context)


def _csv(request: HttpRequest, table: anonymous_figures.Table, year: int) -> HttpResponse:
    taken = exports.begin_nameless(request, subject=f"clients?annee={year}", format="csv")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{exports.file_name(taken, f"clients-{year}.csv")}"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow([_("Region"), *table.columns, _("In all")])
    for name, cells in [*table.lines, (_("In all"), table.totals)]:
        writer.writerow([name, *(_("hidden") if value is None else value for value in cells)])
    writer.writerow([exports.watermark(taken)])
    return response
