"""Clients in and out: import from CSV with a dry run, export of clients and of the agenda."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from booking import client_csv, client_export
from booking.actions import client_imports
from booking.errors import ListChanged, UnreadableFile
from booking.forms.clients import ColumnsForm, ConfirmForm, UploadForm
from booking.models import ClientImport, ClientRecord
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

A_PAGE = 100
VERDICTS = {"nouveaux": client_imports.CREATE, "completes": client_imports.UPDATE, "ignores": client_imports.SKIP}


@require_http_methods(["GET", "POST"])
@for_practitioner
def upload(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = UploadForm(_sent(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            # One byte more than is allowed is enough to know.
            data = file.read(client_csv.MOST_BYTES + 1)
            row = client_imports.upload(practitioner=practitioner, data=data, now=clock.now())
        except UnreadableFile as error:
            form.add_error("file", str(error.message))
        else:
            known = client_imports.says_who(row.columns)
            return redirect("office:import_check" if known else "office:import_columns", row.pk)
    context = {
        "practitioner": practitioner,
        "form": form,
        "waiting": ClientImport.objects.filter(practitioner=practitioner, applied_at=None).first(),
        "exported": ClientRecord.objects.filter(practitioner=practitioner).count(),
    }
    return render(request, "booking/office/import.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_practitioner
def columns(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    row = _own(practitioner, pk)
    lines = client_imports.table(row)
    width = max(map(len, lines))
    heading = [lines[0][number] if number < len(lines[0]) else "" for number in range(width)]
    form = ColumnsForm(_sent(request), heading=heading, columns=row.columns, has_heading=row.has_heading)
    if request.method == "POST" and form.is_valid():
        client_imports.choose_columns(
            import_id=row.pk, columns=form.columns(), has_heading=form.cleaned_data["heading"]
        )
        return redirect("office:import_check", row.pk)
    context = {
        "practitioner": practitioner,
        "row": row,
        "form": form,
        "heading": heading,
        "sample": [line for line in lines[1:] if line][:3],
    }
    return render(request, "booking/office/import_columns.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_practitioner
def check(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """What would be done, line by line; POST does exactly that, or shows what changed (409)."""
    row = _own(practitioner, pk)
    if not client_imports.says_who(row.columns):
        return redirect("office:import_columns", row.pk)
    form = ConfirmForm(_sent(request))
    status, notice = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = client_imports.apply(import_id=row.pk, shown=form.cleaned_data["shown"], now=clock.now())
            except ListChanged as error:
                notice, status = str(error.message), error.status
            except ClientImport.DoesNotExist as error:
                raise Http404 from error
            else:
                text = _("%(new)s clients added, %(completed)s completed, %(skipped)s lines left out.")
                counts = {"new": done.created_count, "completed": done.updated_count, "skipped": done.skipped_count}
                messages.success(request, text % counts)
                return redirect("office:clients")
    plan = client_imports.plan(row)
    if status == 409:
        form = ConfirmForm()
    wanted = VERDICTS.get(request.GET.get("lignes", ""))
    lines = [line for line in plan.lines if wanted in (None, line.verdict)]
    context = {
        "practitioner": practitioner,
        "row": row,
        "form": form,
        "shown": plan.digest,
        "notice": notice,
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
        "total": len(plan.lines),
        "new": plan.count(client_imports.CREATE),
        "completed": plan.count(client_imports.UPDATE),
        "skipped": plan.count(client_imports.SKIP),
        "wanted": request.GET.get("lignes", "") if wanted else "",
        "labels": ColumnsForm.LABELS,
    }
    return render(request, "booking/office/import_check.html", context, status=status)


@require_GET
@for_practitioner
def export_clients(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return _file(client_export.clients(practitioner, now=clock.now()), "clients", "csv")


@require_GET
@for_practitioner
def export_agenda(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return _file(client_export.agenda(practitioner), "agenda", "csv")


@require_GET
@for_practitioner
def export_calendar(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return _file(client_export.calendar(practitioner, now=clock.now()), "agenda", "ics")


def _file(text: str, name: str, kind: str) -> HttpResponse:
    day = clock.now().astimezone(ZoneInfo("Europe/Paris")).date()
    content = text.encode() if kind == "ics" else b"\xef\xbb\xbf" + text.encode()
    response = HttpResponse(content, content_type=f"text/{'calendar' if kind == 'ics' else 'csv'}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{day:%Y-%m-%d}.{kind}"'
    return response


def _own(practitioner: Practitioner, pk: int) -> ClientImport:
    rows = ClientImport.objects.filter(practitioner=practitioner, applied_at=None)
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None
