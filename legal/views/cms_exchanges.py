"""The desk of what people write to the site: one queue, the oldest first."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.clock import now as clock_now
from common.errors import DomainError
from legal.exchanges import conversations, policies
from legal.exchanges.forms import AnswerForm
from legal.models import Exchange
from legal.views.doors import only

State = Exchange.State
PAGE = 30
EXCHANGE = kind(
    "exchange",
    gettext_lazy("Message written to us"),
    gettext_lazy("Answering the message"),
    gettext_lazy("Helping a colleague to answer"),
)


def _opened(request: HttpRequest, pk: int) -> File:
    found = get_object_or_404(Exchange, pk=pk)
    return File(f"legal.Exchange:{found.pk}", (found.user_id,), found.reference)


@only(policies.may_read_queue)
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("etat", "")
    state = state if state in State.values else State.WAITING
    category = request.GET.get("sujet", "")
    category = category if category in Exchange.Category.values else ""
    rows = Exchange.objects.filter(state=state).select_related("assigned_to")
    rows = rows.filter(category=category) if category else rows
    rows = rows.order_by("last_at" if state == State.WAITING else "-last_at")
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": State.choices,
        "category": category,
        "categories": Exchange.Category.choices,
    }
    return render(request, "legal/cms/exchanges.html", context)


@only(policies.may_read_queue)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(EXCHANGE, _opened)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    exchange = get_object_or_404(Exchange.objects.select_related("assigned_to", "user", "policy__document"), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                said = _act(request, exchange, form.cleaned_data["text"])
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                messages.success(request, said)
                return redirect("exchange_desk_one", pk)
    context = {
        "exchange": exchange,
        "form": form,
        "lines": exchange.messages.select_related("author"),
        "may_answer": policies.may_answer(request.user, exchange) and not exchange.is_closed,
    }
    return render(request, "legal/cms/exchange.html", context, status=status)


def _act(request: HttpRequest, exchange: Exchange, text: str) -> str:
    now, staff = clock_now(), request.user
    action = request.POST.get("action", "answer")
    if action == "note":
        conversations.note(exchange=exchange, staff=staff, text=text, now=now)
        return _("The note is kept: only colleagues read it.")
    conversations.answer(exchange=exchange, staff=staff, text=text, now=now, close=action == "close")
    return _("Answered and closed.") if action == "close" else _("The answer is on its way by e-mail.")


@only(policies.may_read_queue)
@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    exchange = get_object_or_404(Exchange, pk=pk)
    try:
        if step == "clore":
            conversations.close(exchange=exchange, now=clock_now(), staff=request.user)
        else:
            conversations.take(exchange=exchange, staff=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Closed.") if step == "clore" else _("This message is yours."))
    return redirect("exchange_desk_one", pk)
