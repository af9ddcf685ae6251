"""The yearly report on moderation, public, as a page and as a CSV."""

import csv
import io

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.clock import now as clock_now
from legal.dsa import figures


@login_not_required
@require_safe
def report(request: HttpRequest, year: int = 0) -> HttpResponse:
    now = clock_now()
    known = figures.years(now)
    chosen = year or known[0]
    if chosen not in known:
        raise Http404
    context = {"figures": figures.of_year(chosen), "years": known, "is_running": chosen == known[0]}
    return render(request, "legal/dsa_report.html", context)


@login_not_required
@require_safe
def as_csv(request: HttpRequest, year: int) -> HttpResponse:
    if year not in figures.years(clock_now()):
        raise Http404
    found = figures.of_year(year)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Figure"), _("Detail"), _("Value")])
    writer.writerow([_("Notices received"), "", found.received])
    writer.writerows([_("Notices received"), name, count] for name, count in found.by_ground)
    writer.writerows([_("Reported"), name, count] for name, count in found.by_kind)
    writer.writerows([_("Decisions"), name, count] for name, count in found.by_decision)
    writer.writerow([_("Waiting for a decision"), "", found.waiting])
    writer.writerow([_("Median delay (hours)"), "", _one(found.median_hours)])
    writer.writerow([_("Longest delay (hours)"), "", _one(found.longest_hours)])
    writer.writerow([_("Decided within a week"), "", found.within_a_week])
    writer.writerow([_("Decided by automated means"), "", 0])
    writer.writerow([_("Complaints received"), "", found.complaints.received])
    writer.writerows([_("Complaints received"), name, count] for name, count in found.complaints.by_side)
    writer.writerows([_("Complaints decided"), name, count] for name, count in found.complaints.by_outcome)
    writer.writerow([_("Complaints waiting"), "", found.complaints.waiting])
    writer.writerow([_("Decisions changed after a complaint"), "", found.complaints.reversed])
    writer.writerow([_("Complaints: median delay (hours)"), "", _one(found.complaints.median_hours)])
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rapport-moderation-{year}.csv"'
    return response


def _one(hours: float | None) -> str:
    return "" if hours is None else f"{hours:.1f}".replace(".", ",")
