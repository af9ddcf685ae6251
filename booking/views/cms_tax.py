"""The operator's page of the yearly declaration of platforms (DAC7)."""

from collections.abc import Callable

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from booking.actions import tax_reports
from booking.models import TaxReport, TaxReportLine
from booking.platform_report.figures import Year
from booking.platform_report.identity import Identity
from booking.tax_words import gap_words
from common import clock
from common.access import exports
from common.access.doors import File, reason_for, shows_person
from common.access.kinds import kind
from common.errors import DomainError
from common.models import ReadingLog
from legal.views.doors import only
from practitioners.policies.files import may_operate

log = structlog.get_logger(__name__)
State = TaxReport.State
DECLARATION = kind(
    "tax-report",
    gettext_lazy("Declaration of platforms (DAC7)"),
    gettext_lazy("Filing the yearly declaration"),
    gettext_lazy("Checking the file before it is filed"),
)
SHOWN = 200


@only(may_operate)
@never_cache
@require_safe
def declaration(request: HttpRequest) -> HttpResponse:
    return _page(request, _year(request.GET.get("annee", "")))


def _page(request: HttpRequest, year: int, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    lines, without = tax_reports.changes(year)
    reports = list(TaxReport.objects.filter(year=year).select_related("made_by", "filed_by"))
    to_declare = [
        (line, Year.of_json(line.quarters), Identity.unseal(line.sealed_identity).shown_name) for line in lines[:SHOWN]
    ]
    context = {
        "year": year,
        "years": range(now.astimezone(clock.PARIS).year, tax_reports.FIRST_YEAR - 1, -1),
        "is_over": tax_reports.is_over(year, now),
        "due_year": year + 1,
        "platform_known": tax_reports.platform_is_known(),
        "reports": [(report, report.lines.count()) for report in reports],
        "waits": any(report.state in TaxReport.WAITING for report in reports),
        "lines": to_declare,
        "lines_count": len(lines),
        "consideration": sum(
            Year.of_json(line.quarters).consideration for line in lines if line.action != TaxReportLine.Action.REMOVED
        ),
        "without": [(who, figures, [gap_words(gap) for gap in gaps]) for who, figures, gaps in without[:SHOWN]],
        "without_count": len(without),
        "shown": SHOWN,
    }
    return render(request, "booking/cms/tax.html", context, status=status)


@only(may_operate)
@never_cache
@require_POST
def prepare(request: HttpRequest, year: int) -> HttpResponse:
    assert isinstance(request.user, User)
    try:
        tax_reports.prepare(year=year, by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
        return _page(request, _year(str(year)), status=error.status)
    messages.success(request, _("The file is being written: it comes here when it is ready."))
    return _back(year)


@only(may_operate)
@never_cache
@require_POST
def remind(request: HttpRequest, year: int) -> HttpResponse:
    n = tax_reports.remind(year=_year(str(year)), now=clock.now())
    messages.success(
        request,
        ngettext("%(n)s practitioner is written to.", "%(n)s practitioners are written to.", n) % {"n": n}
        if n
        else _("Nobody has to be written to."),
    )
    return _back(year)


def _file(request: HttpRequest, pk: int) -> File:
    report = get_object_or_404(TaxReport, pk=pk, state__in=[State.READY, State.FILED])
    return File(f"booking.TaxReport:{report.pk}", (), report.filename)


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(DECLARATION, _file, act=ReadingLog.Act.EXPORT)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Names, births and amounts of many: who takes the file is written down. Its format is the tax office’s: no mark inside."""
    report = get_object_or_404(TaxReport, pk=pk, state__in=[State.READY, State.FILED])
    taken = exports.begin(
        request,
        kind=DECLARATION,
        subject=f"booking.TaxReport:{report.pk}",
        format="xml",
        reason=reason_for(request, _file(request, pk)) or "",
        people=report.lines.values_list("practitioner__user_id", flat=True),
    )
    response = HttpResponse(tax_reports.file_of(report), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{report.filename}"'
    response["X-Export-Number"] = taken.reference
    return response


@only(may_operate)
@never_cache
@require_POST
def settle(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """File it, or throw it away."""
    report = get_object_or_404(TaxReport, pk=pk)
    assert isinstance(request.user, User)
    user = request.user
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "deposee": (
            lambda: tax_reports.mark_filed(report_id=pk, by=user, now=clock.now()),
            _("Filed: each practitioner is told that the copy is there."),
        ),
        "jeter": (lambda: tax_reports.discard(report_id=pk), _("Thrown away.")),
    }
    act, words = acts[step]
    if step == "deposee" and request.POST.get("confirme") != "oui":
        messages.error(request, _("Tick the box first: what is marked as filed can no longer be changed."))
        return _back(report.year)
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        log.info("tax_report_settled", report=pk, step=step, by=user.pk)
        messages.success(request, words)
    return _back(report.year)


def _back(year: int) -> HttpResponse:
    response: HttpResponse = redirect("cms_tax")
    response["Location"] += f"?annee={year}"
    return response


def _year(typed: str) -> int:
    """Nonsense shows the year that matters now: the one before until its corrections are done with, then the running one."""
    today = clock.today()
    this = today.year
    if typed.isascii() and typed.isdigit() and len(typed) == 4 and tax_reports.FIRST_YEAR <= int(typed) <= this:
        return int(typed)
    return this - 1 if today.month <= 6 else this
