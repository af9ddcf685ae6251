"""Asking a client to pay the balance, or a part of it, online; and asking no more."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import fees
from booking.actions import payment_links
from booking.forms.payment_link import PaymentLinkForm
from booking.models import Appointment, PaymentLink, StripeAccount
from booking.stripe_gateway import StripeRefused, StripeUnreachable
from booking.views import pages
from booking.views.office.appointments import own
from common import clock
from common.errors import DomainError
from common.money import format_euros
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "POST"])
@for_practitioner
def ask(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    appointment = own(practitioner, reference)
    form = PaymentLinkForm(request.POST or None, remains=payment_links.remains_cents(appointment))
    if request.method == "GET" or not payment_links.may_ask(appointment):
        return _page(request, appointment, form)
    if not form.is_valid():
        return _page(request, appointment, form, status=422)
    try:
        link = payment_links.create(
            appointment_id=appointment.pk,
            amount_cents=form.cleaned_data["montant"],
            message=form.cleaned_data["message"],
            actor=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except DomainError as error:
        return _page(request, appointment, form, error=error, status=error.status if error.status != 400 else 422)
    amount = {"amount": format_euros(link.amount_cents), "email": appointment.contact_email}
    if appointment.contact_email:
        messages.success(request, _("The payment link of %(amount)s goes to %(email)s.") % amount)
    else:
        messages.success(request, _("The payment link of %(amount)s is ready: give it to your client.") % amount)
    return redirect("office:appointment", reference)


@require_POST
@for_practitioner
def withdraw(request: HttpRequest, practitioner: Practitioner, reference: str) -> HttpResponse:
    appointment = own(practitioner, reference)
    link = PaymentLink.objects.filter(appointment=appointment, paid_at=None, withdrawn_at=None).first()
    if link is None:
        raise Http404
    try:
        link = payment_links.withdraw(link_id=link.pk, now=clock.now())
    except (StripeUnreachable, StripeRefused):
        messages.warning(
            request, _("The payment service does not answer: the link still stands. Try again in a moment.")
        )
        return redirect("office:appointment", reference)
    except DomainError as error:
        pages.warn(request, error)
        return redirect("office:appointment", reference)
    if link.paid_at:
        messages.info(request, _("It had just been paid: the payment stands."))
    else:
        messages.success(request, _("The payment link no longer opens."))
    return redirect("office:appointment", reference)


def _page(
    request: HttpRequest,
    appointment: Appointment,
    form: PaymentLinkForm,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    remains = payment_links.remains_cents(appointment)
    context = {
        "appointment": appointment,
        "practitioner": appointment.practitioner,
        "zone": appointment.timezone,
        "form": form,
        "may_ask": payment_links.may_ask(appointment),
        "takes_cards": StripeAccount.objects.filter(
            practitioner=appointment.practitioner_id, card_payments="active"
        ).exists(),
        "paid": appointment.price_cents - remains,
        "remains": remains,
        "fee": fees.later_payment_fee(appointment=appointment, amount_cents=remains),
        "fee_each": appointment.fee_each_payment,
        "fee_taken": bool(appointment.fee_fixed_cents or appointment.fee_basis_points),
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/office/payment_ask.html", context, status=status)
