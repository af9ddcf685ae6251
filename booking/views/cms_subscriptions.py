"""One subscription to an optional service, for the operator: its money, its disputes, and what is given back of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from booking.actions import subscription_gestures, subscription_money
from booking.forms.paid_services import GestureForm, price_words
from booking.models import ServiceSubscription, SubscriptionDispute, SubscriptionPayment
from booking.subscription_words import contest_in_words, step_in_words
from common import clock
from common.access.doors import File, shows_person
from common.access.kinds import kind
from common.errors import DomainError
from common.money import format_euros
from legal.views.doors import only
from practitioners.policies.files import may_operate

SUBSCRIPTION = kind(
    "subscription",
    gettext_lazy("Subscription to an optional service"),
    gettext_lazy("Question or complaint of the practitioner"),
    gettext_lazy("Answering the bank about a contested payment"),
)


def _opened(request: HttpRequest, reference: str, **kwargs: object) -> File:
    row = _found(reference)
    return File(f"booking.ServiceSubscription:{row.pk}", (row.practitioner.user_id,), row.reference)


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@shows_person(SUBSCRIPTION, _opened)
def show(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _found(reference))


@only(may_operate)
@never_cache
@require_POST
@shows_person(SUBSCRIPTION, _opened)
def give_back(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What was left when the page was shown is sent back with the amount; when that changed, it is shown anew (409)."""
    row = _found(reference)
    payment = row.payments.filter(pk=pk).first() if pk < 2**63 else None
    if payment is None:
        raise Http404
    form = GestureForm(request.POST, left=subscription_money.left_of(payment), payment_id=payment.pk)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    assert isinstance(request.user, User)
    try:
        subscription_gestures.give_back(
            payment_id=payment.pk,
            amount_cents=form.cleaned_data["amount"],
            shown_left=form.cleaned_data["left"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        return _page(request, row, form, error=error, status=error.status)
    done = _("%(amount)s are on their way back to the subscriber, who is told by e-mail.")
    messages.success(request, done % {"amount": format_euros(form.cleaned_data["amount"])})
    return redirect("cms_subscription", row.reference)


def _found(reference: str) -> ServiceSubscription:
    rows = ServiceSubscription.objects.select_related("service", "version", "subscriber__practitioner__user")
    row = rows.filter(reference=reference[:10]).first()
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest,
    row: ServiceSubscription,
    sent: GestureForm | None = None,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    payments = row.payments.select_related("invoice").prefetch_related("refunds__credit_note", "disputes")
    context = {
        "row": row,
        "price": price_words(row.version),
        "practitioner": row.practitioner,
        "payments": [(payment, _form(payment, sent)) for payment in payments],
        "disputes": [
            (dispute, contest_in_words(dispute.reason))
            for dispute in SubscriptionDispute.objects.filter(payment__subscription=row).select_related("payment")
        ],
        "events": [(event.at, step_in_words(event)) for event in row.events.order_by("-pk")[:50]],
        "withdrawals": row.withdrawals.order_by("-pk"),
        "error": str(error.message) if error else "",
    }
    return render(request, "booking/cms/subscription.html", context, status=status)


def _form(payment: SubscriptionPayment, sent: GestureForm | None) -> GestureForm | None:
    """Of each payment of which something is left; the one that was sent keeps what was typed, about what is left now."""
    left = subscription_money.left_of(payment)
    if not left:
        return None
    if sent is None or sent.payment_id != payment.pk:
        return GestureForm(left=left, payment_id=payment.pk)
    sent.data = {name: sent.data.get(name, "") for name in sent.fields} | {"left": str(left)}
    return sent
