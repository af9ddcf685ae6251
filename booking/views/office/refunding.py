"""Refunding a client in full or in part: the consequence is shown before, for the amount that is then sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import money_story
from booking.actions import office_refunds, refunds
from booking.forms.refunding import RefundForm
from booking.models import Appointment, ClientRequest
from booking.refund_terms import Consequence, consequence
from booking.views.office.appointments import own
from common import clock
from common.errors import DomainError
from common.money import format_euros
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "POST"])
@for_practitioner
def refund(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    """GET shows what `montant` would do, everything by default; POST does what was shown, or shows it anew (409)."""
    appointment = own(practitioner, reference)
    left = refunds.left_cents(appointment)
    sent = request.POST if request.method == "POST" else request.GET if "montant" in request.GET else None
    form = RefundForm(sent, refundable=left)
    if not left:
        return _page(request, appointment, form, left)
    if sent is not None and not form.is_valid():
        return _page(request, appointment, form, left, status=422)
    if request.method == "GET":
        amount = form.cleaned_data["montant"] if sent is not None else left
        return _page(request, appointment, form, left, amount=amount)
    amount = form.cleaned_data["montant"]
    try:
        office_refunds.give_back(
            appointment_id=appointment.pk,
            amount_cents=amount,
            shown_left=_shown(request.POST),
            actor=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except DomainError as error:
        left = refunds.left_cents(appointment)
        amount = min(amount, left)
        return _page(request, appointment, form, left, amount=amount, error=error, status=error.status)
    done = _("%(amount)s are on their way back to the client, who is told by e-mail.")
    messages.success(request, done % {"amount": format_euros(amount)})
    return redirect("office:appointment", reference)


def _shown(sent: QueryDict) -> int:
    text = sent.get("reste", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _page(
    request: HttpRequest,
    appointment: Appointment,
    form: RefundForm,
    left: int,
    *,
    amount: int = 0,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    told = money_story.story(appointment)
    shown: Consequence | None = consequence(told.figures, amount=amount, refundable=left) if amount else None
    asked = appointment.client_requests.filter(kind=ClientRequest.Kind.REFUND, state=ClientRequest.State.OPEN).first()
    context = {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "zone": appointment.timezone,
        "form": form,
        "left": left,
        "shown": shown,
        "typed": f"{amount // 100},{amount % 100:02d}",
        "money": told,
        "asked": asked,
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/office/refund.html", context, status=status)
