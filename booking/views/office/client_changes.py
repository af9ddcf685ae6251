"""What a practitioner does with one client: labels, a message, archives, one record of two."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions import client_messages, client_records
from booking.errors import HasAppointments, TwoAccounts
from booking.forms.clients import TagForm, WordsForm
from booking.models import ClientMessage, ClientRecord
from booking.views.office.clients import own, page
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

CANDIDATES = 10


@require_POST
@for_practitioner
def tag(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    record = own(practitioner, pk)
    form = TagForm(request.POST)
    if not form.is_valid():
        return page(request, practitioner, record, tag_form=form, status=422)
    client_records.tag(record_id=record.pk, label=form.cleaned_data["label"])
    return redirect(_address(record, "etiquettes"))


@require_POST
@for_practitioner
def untag(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    record = own(practitioner, pk)
    client_records.untag(record_id=record.pk, label=request.POST.get("label", "")[:30])
    return redirect(_address(record, "etiquettes"))


@require_POST
@for_practitioner
def message(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    record = own(practitioner, pk)
    form = WordsForm(request.POST, prefix="message")
    if not form.is_valid():
        return page(request, practitioner, record, words=form, status=422)
    try:
        client_messages.write(
            record_id=record.pk,
            by=ClientMessage.By.PRACTITIONER,
            author=request.user,  # type: ignore[arg-type]
            text=form.cleaned_data["text"],
            now=clock.now(),
        )
    except DomainError as error:
        return page(request, practitioner, record, words=form, error=str(error.message), status=error.status)
    messages.success(request, _("Your message is sent: the client receives a mail with a link to read it."))
    return redirect(_address(record, "messages"))


@require_POST
@for_practitioner
def archive(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    record = own(practitioner, pk)
    back = record.archived_at is not None
    client_records.archive(record_id=record.pk, now=None if back else clock.now())
    if back:
        messages.success(request, _("This client is in your list again."))
        return redirect("office:client", record.pk)
    messages.success(request, _("This client is archived. Appointments and messages are kept."))
    return redirect("office:clients")


@require_POST
@for_practitioner
def erase(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    record = own(practitioner, pk)
    try:
        client_records.erase(record_id=record.pk)
    except HasAppointments as error:
        return page(request, practitioner, record, error=str(error.message), status=error.status)
    messages.success(request, _("The record and its messages are erased."))
    return redirect("office:clients")


@require_http_methods(["GET", "POST"])
@for_practitioner
def merge(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """GET finds the other record and shows what becomes of both; POST makes one of them."""
    record = own(practitioner, pk)
    given = (request.POST if request.method == "POST" else request.GET).get("autre", "")
    other = own(practitioner, int(given)) if given.isascii() and given.isdigit() and len(given) < 19 else None
    if other is not None and other.pk == record.pk:
        other = None
    text = request.GET.get("q", "").strip()[:80]
    error: DomainError | None = None
    if request.method == "POST" and other is not None:
        try:
            client_records.merge(kept_id=record.pk, other_id=other.pk)
        except TwoAccounts as refused:
            error = refused
        else:
            messages.success(request, _("The two records are one."))
            return redirect("office:client", record.pk)
    rows = ClientRecord.objects.filter(practitioner=practitioner).exclude(pk=record.pk)
    likely = rows.filter(folded_name=record.folded_name) if record.folded_name else rows.none()
    context = {
        "practitioner": practitioner,
        "record": record,
        "other": other,
        "text": text,
        "candidates": list((rows.matching(text) if text else likely)[:CANDIDATES]),
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/office/client_merge.html", context, status=error.status if error else 200)


def _address(record: ClientRecord, part: str) -> str:
    return f"{reverse('office:client', args=[record.pk])}#{part}"
