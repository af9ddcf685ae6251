"""What of the money waits for the practitioner, on the overview of the office."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Dispute, DisputeAnswer, Payout, ServiceSubscription
from common.clock import PARIS
from common.money import format_euros
from common.wording import long_date
from practitioners.models import Practitioner
from practitioners.office_tasks import Task


def money_tasks(practitioner: Practitioner) -> Iterator[Task]:
    """Disputes without an answer, nearest deadline first; then the last payout, if the bank refused it."""
    waiting = Dispute.objects.filter(payment__account__practitioner=practitioner, status__in=Dispute.WAITING)
    sent = [DisputeAnswer.State.SENDING, DisputeAnswer.State.SENT]
    for row in waiting.exclude(answer__state__in=sent).order_by("evidence_due_by")[:5]:
        due = row.evidence_due_by
        yield Task(
            _("Answer the dispute of %(amount)s") % {"amount": format_euros(row.amount_cents)},
            reverse("office:dispute", args=[row.pk]),
            "todo",
            _("To do"),
            _("before %(day)s") % {"day": long_date(due, PARIS, year=False)} if due else "",
        )
    last = Payout.objects.filter(account__practitioner=practitioner).order_by("-created_at").first()
    if last and last.status == Payout.Status.FAILED:
        yield Task(
            _("Your bank refused a payout of %(amount)s") % {"amount": format_euros(last.amount_cents)},
            reverse("office:payout", args=[last.pk]),
            "fix",
            _("To correct"),
        )
    behind = ServiceSubscription.objects.filter(
        subscriber__practitioner=practitioner, state=ServiceSubscription.State.PAST_DUE, ends_with_period=False
    )
    for subscription in behind[:5]:
        yield Task(
            _("Pay your subscription “%(service)s”") % {"service": subscription.service_name},
            reverse("office:subscription", args=[subscription.reference]),
            "fix",
            _("To correct"),
        )
