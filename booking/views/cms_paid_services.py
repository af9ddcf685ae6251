"""What optional services bring: per service, who has it and what was received, in the CMS."""

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.models import Dispute, PaidService, SubscriptionDispute, SubscriptionPayment, SubscriptionRefund
from legal.views.doors import only
from practitioners.policies.files import may_operate


@only(may_operate)
@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    counts = {
        name: Count("subscriptions", filter=Q(subscriptions__state=state))
        for name, state in (("running", "active"), ("behind", "past_due"), ("ended", "ended"))
    }
    leaving = Count("subscriptions", filter=Q(subscriptions__state="active", subscriptions__ends_with_period=True))
    rows = list(
        PaidService.objects.annotate(
            **counts,
            leaving=leaving,
            received=_sum(
                SubscriptionPayment.objects.filter(subscription__service=OuterRef("pk")), "subscription__service"
            ),
            kept=_sum(
                SubscriptionPayment.objects.filter(subscription__service=OuterRef("pk")),
                "subscription__service",
                of="stripe_fee_cents",
            ),
            back=_sum(
                SubscriptionRefund.objects.filter(payment__subscription__service=OuterRef("pk"), status="done"),
                "payment__subscription__service",
            ),
            contested=_sum(
                SubscriptionDispute.objects.filter(
                    payment__subscription__service=OuterRef("pk"), status__in=Dispute.TAKES
                ),
                "payment__subscription__service",
            ),
        ).order_by("name")
    )
    return render(request, "booking/cms/paid_services.html", {"rows": rows})


def _sum(rows: Any, by: str, *, of: str = "amount_cents") -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Sum(of)).values("n")), 0)
