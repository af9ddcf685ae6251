"""The ledger in the CMS: its movements by party, appointment and date, and what was found when it was compared."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import client_csv
from booking.actions import reconciliation
from booking.forms.ledger import LedgerForm
from booking.ledger import exploring
from booking.ledger.accounts import SHARED, Account
from booking.ledger.differences import Difference
from booking.models import LedgerTransaction, Reconciliation
from common import clock
from common.access import exports
from common.access.doors import File, asks_by_itself, gate, reason_for
from common.access.kinds import kind
from common.models import ReadingLog
from legal.views.doors import only
from practitioners.models import Practitioner
from practitioners.policies.files import may_operate

REPORTS = 20
LEDGER = kind(
    "ledger",
    gettext_lazy("Money movements"),
    gettext_lazy("Checking a payment or a refund"),
    gettext_lazy("Bookkeeping"),
    gettext_lazy("Question or complaint of the person"),
)


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@asks_by_itself(LEDGER)
def explore(request: HttpRequest) -> HttpResponse:
    form = LedgerForm(request.GET)
    if not form.is_valid():
        return render(request, "booking/cms/ledger.html", {"form": form, "is_valid": False}, status=422)
    search = form.search()
    if search.accounts:
        asked = gate(request, LEDGER, _file(search.accounts))
        if asked is not None:
            return asked
    rows = list(_older(search.transactions(), request.GET.get("avant", ""))[: exploring.PAGE + 1])
    shown, more = rows[: exploring.PAGE], rows[exploring.PAGE :]
    query = request.GET.copy()
    query.pop("avant", None)
    context = {
        "form": form,
        "is_valid": True,
        "movements": _movements(shown),
        "next": f"{shown[-1].at.isoformat()}/{shown[-1].pk}" if more else "",
        "is_first": not request.GET.get("avant"),
        "holdings": exploring.holdings(search) if search.accounts else [],
        "totals": [] if search.accounts else exploring.totals(ends=search.ends),
        "ends": form.cleaned_data["ends"],
        "query": query.urlencode(),
    }
    return render(request, "booking/cms/ledger.html", context)


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@asks_by_itself(LEDGER)
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same movements as a file, however many: sent as they are read."""
    form = LedgerForm(request.GET)
    if not form.is_valid():
        return render(request, "booking/cms/ledger.html", {"form": form, "is_valid": False}, status=422)
    search = form.search()
    file = _file(search.accounts or ())
    asked = gate(request, LEDGER, file, act=ReadingLog.Act.EXPORT)
    if asked is not None:
        return asked
    row = exports.begin(
        request,
        kind=LEDGER,
        subject=f"grand-livre?{request.GET.urlencode()}",
        format="csv",
        reason=reason_for(request, file) or "",
        people=file.people,
    )
    lines = _marked(exploring.csv_lines(search), exports.watermark(row))
    name = exports.file_name(row, f"grand-livre-{clock.today():%Y-%m-%d}.csv")
    response = StreamingHttpResponse(_written(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@only(may_operate)
@never_cache
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    rows = list(Reconciliation.objects.all()[:REPORTS])
    last = next((row for row in rows if row.ended_at), None)
    context = {
        "last": last,
        "differences": [Difference(**each) for each in last.differences] if last else [],
        "rows": rows,
        "is_running": reconciliation.is_running(now=clock.now()),
        "kept": Reconciliation.KEPT,
    }
    return render(request, "booking/cms/reconciliation.html", context)


@only(may_operate)
@never_cache
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    if reconciliation.is_running(now=clock.now()):
        messages.info(request, _("A comparison is already under way."))
    elif reconciliation.start():
        messages.success(request, _("The comparison begins: its result will be here in a few minutes."))
    else:
        messages.error(request, _("The comparison could not be started. Try again in a moment."))
    return redirect("cms_reconciliation")


def _file(accounts: Iterable[Account]) -> File:
    """The people behind accounts of the ledger: one person's movements are that person's file."""
    parties = [(account.kind == "client", account.party) for account in accounts if account.kind not in SHARED]
    of_practitioners = Practitioner.objects.filter(pk__in=[party for is_client, party in parties if not is_client])
    people = [party for is_client, party in parties if is_client]
    people += of_practitioners.values_list("user_id", flat=True)
    return File("booking.LedgerTransaction:list", tuple(sorted(set(people))))


def _marked(lines: Iterator[list[str]], mark: str) -> Iterator[list[str]]:
    """The heading gets a column, and each line the watermark."""
    heading = next(lines, None)
    if heading is not None:
        yield [*heading, _("Exported by")]
    for line in lines:
        yield [*line, mark]


def _older(rows: Any, before: str) -> Any:
    """Those older than the last one of the page before; nonsense begins anew."""
    moment, _slash, number = before.partition("/")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return rows
    if at is None or at.tzinfo is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        return rows
    return rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=int(number)))


def _movements(rows: list[LedgerTransaction]) -> list[dict[str, Any]]:
    by_pk = {
        row.pk: row
        for row in LedgerTransaction.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("appointment")
        .prefetch_related("lines")
    }
    accounts = {line.account: Account.parse(line.account) for row in by_pk.values() for line in row.lines.all()}
    names = exploring.Names.of(accounts.values())
    found = []
    for row in (by_pk[row.pk] for row in rows):
        lines = [(names(accounts[line.account]), line.account, line.amount_cents) for line in row.lines.all()]
        found.append(
            {
                "row": row,
                "at": row.at,
                "sources": [line for line in lines if line[2] < 0],
                "targets": [line for line in lines if line[2] > 0],
                "cents": sum(line[2] for line in lines if line[2] > 0),
            }
        )
    return found


def _written(lines: Iterator[list[str]]) -> Iterator[str]:
    yield "\ufeff"
    batch: list[list[str]] = []
    for line in lines:
        batch.append(line)
        if len(batch) == 500:
            yield client_csv.write(batch)
            batch = []
    yield client_csv.write(batch)
