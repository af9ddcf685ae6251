"""Payouts (M11): what Stripe sent to the bank, when, what each is made of, what failed; and all of it as CSV."""

import datetime as dt

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from booking import payout_csv
from booking.ledger import practitioner as account_of
from booking.ledger.balances import balance
from booking.models import Payout, PayoutLine, StripeAccount
from common.clock import PARIS, today
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

A_PAGE = 30


@require_GET
@for_practitioner
def payouts(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    mine = Payout.objects.filter(account__practitioner=practitioner)
    years = sorted({row.year for row in mine.datetimes("created_at", "year", tzinfo=PARIS)}, reverse=True)
    year = _year(request, years)
    rows = _of_year(mine, year).annotate(
        sessions=Count("lines__payment__appointment", distinct=True, filter=Q(lines__kind=PayoutLine.Kind.PAYMENT)),
        fees=Sum("lines__fee_cents", default=0),
    )
    rows = rows.order_by("-created_at", "-pk")
    good = _of_year(mine, year).exclude(status__in=Payout.ENDED_BADLY)
    context = {
        "practitioner": practitioner,
        "account": StripeAccount.objects.filter(practitioner=practitioner).first(),
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "years": years,
        "year": year,
        "total": good.aggregate(n=Sum("amount_cents"))["n"] or 0,
        "to_come": balance(account_of(practitioner.pk)),
        "failed": mine.filter(status=Payout.Status.FAILED).order_by("-created_at").first(),
    }
    return render(request, "booking/office/payouts.html", context)


@require_GET
@for_practitioner
def payout(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    rows = _with_lines(Payout.objects.filter(account__practitioner=practitioner))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    lines = list(row.lines.all())
    context = {
        "practitioner": practitioner,
        "payout": row,
        "lines": lines,
        "gross": sum(line.amount_cents for line in lines),
        "fees": sum(line.fee_cents for line in lines),
        "net": sum(line.net_cents for line in lines),
        "zone": PARIS,
    }
    return render(request, "booking/office/payout.html", context)


@require_GET
@for_practitioner
def export(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """The payouts of the year asked for, all without one, the oldest first."""
    mine = Payout.objects.filter(account__practitioner=practitioner)
    year = _year(request, None)
    text = payout_csv.write(_with_lines(_of_year(mine, year)).order_by("created_at", "pk"))
    response = HttpResponse(b"\xef\xbb\xbf" + text.encode(), content_type="text/csv; charset=utf-8")
    name = f"virements-{year}.csv" if year else "virements.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _with_lines(rows: QuerySet[Payout]) -> QuerySet[Payout]:
    lines = PayoutLine.objects.select_related("payment__appointment", "dispute").order_by("pk")
    return rows.prefetch_related(Prefetch("lines", queryset=lines))


def _year(request: HttpRequest, known: list[int] | None) -> int | None:
    """The year asked for; one that is none, or of which nothing is known, is as if none was asked for."""
    text = request.GET.get("annee", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if 2000 <= year <= today().year + 1 and (known is None or year in known) else None


def _of_year(rows: QuerySet[Payout], year: int | None) -> QuerySet[Payout]:
    if year is None:
        return rows
    start, end = (dt.datetime(number, 1, 1, tzinfo=PARIS) for number in (year, year + 1))
    return rows.filter(created_at__gte=start, created_at__lt=end)
