"""What the CMS shows first to the operator: what waits for somebody, then the registers."""

import datetime as dt
from typing import Any

from django.template.context import Context
from wagtail.admin.ui.components import Component

from booking.fees import rate_at, service_fee
from booking.models import Appointment, Dispute, Reconciliation, Refund, Status, SubscriptionDispute
from common.clock import now
from practitioners.models import Practitioner


class OperatorPanel(Component):
    name = "operator"
    template_name = "booking/cms/operator_panel.html"
    order = 20

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        moment = now()
        week = Appointment.objects.filter(starts_at__gte=moment, starts_at__lt=moment + dt.timedelta(days=7))
        rate = rate_at(moment)
        return {
            "coming": week.filter(status=Status.CONFIRMED).count(),
            "requests": Appointment.objects.filter(status=Status.REQUESTED, answer_by__gt=moment).count(),
            "failed_refunds": Refund.objects.filter(status=Refund.Status.FAILED).count(),
            "contested": SubscriptionDispute.objects.filter(status__in=Dispute.WAITING)
            .select_related("payment__subscription")
            .order_by("evidence_due_by"),
            "control": Reconciliation.objects.filter(ended_at__isnull=False).first(),
            "listed": Practitioner.objects.listed().count(),
            "percent": f"{rate.basis_points / 100:g}".replace(".", ","),
            "fixed_cents": rate.fixed_cents,
            "example_cents": service_fee(60_00, rate),
        }
