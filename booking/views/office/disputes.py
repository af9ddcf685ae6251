"""Disputes: what the client's bank says, until when to answer, what the appointment proves, and the answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from booking import dispute_evidence, money_story
from booking.actions import dispute_answers
from booking.dispute_words import evidence_in_words, reason_in_words
from booking.forms.disputes import AnswerForm
from booking.models import Dispute, DisputeAnswer
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner

A_PAGE = 30
SEND = "envoyer"


@require_GET
@for_practitioner
def disputes(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    """Those that wait for an answer first, the nearest deadline on top."""
    waits = Case(When(status__in=Dispute.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Dispute.objects.filter(payment__account__practitioner=practitioner)
    rows = rows.select_related("payment__appointment", "answer").alias(waits=waits).order_by("waits", "-opened_at")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/office/disputes.html", {"practitioner": practitioner, "page": page})


@require_http_methods(["GET", "POST"])
@for_practitioner
def dispute(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """POST keeps the draft, or orders the answer to be sent. What was typed is never lost."""
    row = _own(practitioner, pk)
    answer: DisputeAnswer | None = getattr(row, "answer", None)
    offered = dispute_evidence.pieces(row)
    form = AnswerForm(request.POST if request.method == "POST" else None, offered=offered, answer=answer)
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        act = dispute_answers.order if request.POST.get("geste") == SEND else dispute_answers.save_draft
        try:
            act(
                dispute_id=row.pk,
                words=form.cleaned_data["words"],
                left_out=form.left_out,
                actor=request.user,  # type: ignore[arg-type]
                now=clock.now(),
            )
        except DomainError as refused:
            error = refused
            row = _own(practitioner, pk)
        else:
            sent = act is dispute_answers.order
            messages.success(request, _("Your answer is given to be sent.") if sent else _("Your draft is kept."))
            return redirect("office:dispute", row.pk)
    return _page(request, row, form, offered, error)


def _page(
    request: HttpRequest,
    row: Dispute,
    form: AnswerForm,
    offered: list[dispute_evidence.Piece],
    error: DomainError | None,
) -> HttpResponse:
    appointment, answer = row.payment.appointment, getattr(row, "answer", None)
    may_answer = dispute_answers.is_answerable(row, now=clock.now())
    context = {
        "practitioner": appointment.practitioner,
        "dispute": row,
        "appointment": appointment,
        "zone": appointment.timezone,
        "reason": reason_in_words(row.reason),
        "answer": answer,
        "is_sent": bool(answer and answer.state not in dispute_answers.EDITABLE),
        "may_answer": may_answer,
        "may_send": may_answer and (answer is None or answer.state in dispute_answers.EDITABLE),
        "form": form,
        "pieces": [(piece, piece.name in form.ticked) for piece in offered],
        "sent_texts": evidence_in_words(answer.evidence) if answer and answer.evidence else [],
        "events": list(row.events.select_related("actor")),
        "money": money_story.story(appointment),
        "error": str(error.message) if error else "",
    }
    status = error.status if error else 422 if form.is_bound else 200
    return render(request, "booking/office/dispute.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_practitioner
def give_in(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    """Letting the client have the money, once its consequence was shown."""
    row = _own(practitioner, pk)
    answer = getattr(row, "answer", None)
    if not row.waits_for_answer or (answer and answer.state not in dispute_answers.EDITABLE):
        return redirect("office:dispute", row.pk)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            dispute_answers.give_in(dispute_id=row.pk, actor=request.user, now=clock.now())  # type: ignore[arg-type]
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, _("The dispute is closed: the client keeps the money."))
            return redirect("office:dispute", row.pk)
    context = {
        "practitioner": practitioner,
        "dispute": row,
        "appointment": row.payment.appointment,
        "zone": row.payment.appointment.timezone,
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/office/dispute_give_in.html", context, status=error.status if error else 200)


def _own(practitioner: Practitioner, pk: int) -> Dispute:
    """Another practitioner's dispute does not exist here."""
    rows = Dispute.objects.select_related(
        "answer",
        "payment__account",
        "payment__appointment__practitioner",
        "payment__appointment__service",
        "payment__appointment__policy",
        "payment__appointment__place__commune__department",
    )
    row = rows.filter(payment__account__practitioner=practitioner, pk=pk).first()
    if row is None:
        raise Http404
    return row
