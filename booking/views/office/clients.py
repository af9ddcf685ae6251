"""The clients of a practitioner: the list, and one client's page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from booking import client_list
from booking.actions import client_messages, client_records
from booking.client_access import address_of
from booking.errors import ClientKnown
from booking.forms.clients import RecordForm, TagForm, WordsForm
from booking.health_words import suspects
from booking.models import ClientMessage, ClientRecord, ClientRequest
from booking.models.client_record import FEWEST
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

A_PAGE = 30


@require_GET
@for_practitioner
def clients(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    text, tag = request.GET.get("q", "").strip()[:80], request.GET.get("etiquette", "")[:30]
    sort = request.GET.get("tri", "nom")
    archived, unread = "archives" in request.GET, "nonlus" in request.GET
    everyone = ClientRecord.objects.filter(practitioner=practitioner)
    found = client_list.listed(
        practitioner, text=text, tag=tag, sort=sort, archived=archived, unread=unread, now=clock.now()
    )
    context = {
        "practitioner": practitioner,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "text": text,
        "too_short": 0 < len(text) < FEWEST,
        "tag": tag,
        "sort": sort if sort in client_list.SORTS else "nom",
        "tags": client_records.tags_of(practitioner),
        "archived": archived,
        "has_archives": archived or everyone.exclude(archived_at=None).exists(),
        "is_filtered": bool(text or tag or unread),
        "unread": client_messages.unread_of(practitioner),
        "open_requests": ClientRequest.objects.filter(
            appointment__practitioner=practitioner, state=ClientRequest.State.OPEN
        ).count(),
    }
    return render(request, "booking/office/clients.html", context)


@require_http_methods(["GET", "POST"])
@for_practitioner
def new(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = RecordForm(_sent(request))
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            record = client_records.create(practitioner=practitioner, now=clock.now(), **form.cleaned_data)
        except ClientKnown as error:
            known = _by_address(practitioner, form.cleaned_data["email"])
            form.add_error("email", str(error.message))
        else:
            return redirect("office:client", record.pk)
    context = {"practitioner": practitioner, "form": form, "record": None, "known": known}
    return render(request, "booking/office/client_form.html", context, status=_status(form, known))


@require_GET
@for_practitioner
def show(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    return page(request, practitioner, own(practitioner, pk))


def page(
    request: HttpRequest,
    practitioner: Practitioner,
    record: ClientRecord,
    *,
    tag_form: TagForm | None = None,
    words: WordsForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """All that is known of one client; also after something was refused, with what was typed."""
    now = clock.now()
    coming, past, absences = client_list.appointments_of(record, now=now)
    thread = getattr(record, "thread", None)
    messages = list(thread.messages.order_by("-sent_at", "-pk")[:100])[::-1] if thread else []
    if thread and status == 200:
        client_messages.read(thread=thread, reader=ClientMessage.By.PRACTITIONER, now=now)
    forms: list[Any] = [form for form in (tag_form, words) if form is not None]
    context = {
        "practitioner": practitioner,
        "record": record,
        "coming": coming,
        "past": past,
        "absences": absences,
        "money": [line for line in client_list.money_of(coming + past) if line.paid or line.refunded or line.on_site],
        "requests": client_list.requests_of(record),
        "messages_of_thread": messages,
        "address": address_of(record),
        "tag_form": tag_form or TagForm(),
        "words": words or WordsForm(prefix="message"),
        "refused_forms": forms,
        "tags": client_records.tags_of(practitioner),
        "suspected": suspects(record.note)[:3],
        "error": error,
    }
    return render(request, "booking/office/client.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_practitioner
def edit(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    record = own(practitioner, pk)
    form = RecordForm.of(record, _sent(request))
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            client_records.change(record_id=record.pk, **form.cleaned_data)
        except ClientKnown as error:
            known = _by_address(practitioner, form.cleaned_data["email"])
            form.add_error("email", str(error.message))
        else:
            return redirect("office:client", record.pk)
    context = {"practitioner": practitioner, "form": form, "record": record, "known": known}
    return render(request, "booking/office/client_form.html", context, status=_status(form, known))


def own(practitioner: Practitioner, pk: int) -> ClientRecord:
    """Another practitioner's record does not exist here."""
    rows = ClientRecord.objects.select_related("user", "thread")
    record = rows.filter(practitioner=practitioner, pk=pk).first() if pk < 2**63 else None
    if record is None:
        raise Http404
    return record


def _by_address(practitioner: Practitioner, email: str) -> ClientRecord | None:
    return ClientRecord.objects.filter(practitioner=practitioner, email=email).first()


def _status(form: RecordForm, known: ClientRecord | None) -> int:
    if known is not None:
        return 409
    return 422 if form.is_bound else 200


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None
