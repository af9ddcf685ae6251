"""What subscriptions brought, what was given back, and what the accounting service sent."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.models.dispute import Dispute
from booking.models.invoice import Invoice
from booking.models.subscription import ServiceSubscription
from common.models import AppendOnlyModel


class SubscriptionPayment(models.Model):
    """One period that was paid, as Stripe's invoice says. Afterwards only Stripe's fee and our own invoice are added."""

    subscription = models.ForeignKey(ServiceSubscription, on_delete=models.PROTECT, related_name="payments")
    stripe_invoice = models.CharField(max_length=64, unique=True)
    payment_intent = models.CharField(max_length=64, blank=True)
    amount_cents = models.PositiveIntegerField()
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    paid_at = models.DateTimeField()
    stripe_fee_cents = models.PositiveIntegerField(null=True, blank=True, help_text="empty until Stripe tells it")
    invoice = models.OneToOneField(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="subscription_payment"
    )

    class Meta:
        ordering = ["-paid_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_period_is_paid_something"),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="a_paid_period_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.stripe_invoice}"


class SubscriptionRefund(models.Model):
    """Money of a paid period that goes back to the card; carried out until Stripe has it."""

    class Cause(models.TextChoices):
        WITHDRAWAL = "withdrawal", _("Withdrawal within 14 days")
        GOODWILL = "goodwill", _("Decided by the operator")
        OVER = "over", _("Paid once the subscription was over")

    class Status(models.TextChoices):
        PENDING = "pending", _("On its way")
        DONE = "done", pgettext_lazy("subscription", "Given back")
        FAILED = "failed", _("Did not go through")

    payment = models.ForeignKey(SubscriptionPayment, on_delete=models.PROTECT, related_name="refunds")
    amount_cents = models.PositiveIntegerField()
    cause = models.CharField(max_length=12, choices=Cause.choices)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="the operator’s, which the subscriber reads")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    refund_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ordered_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    credit_note = models.OneToOneField(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="subscription_refund"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="something_is_given_back"),
            models.CheckConstraint(
                condition=~Q(cause="goodwill") | (Q(decided_by__isnull=False) & ~Q(reason="")),
                name="a_gesture_has_its_author_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.mark

    @property
    def mark(self) -> str:
        """What finds it again at Stripe."""
        return f"subscription-refund-{self.pk}"

    @property
    def idempotency_key(self) -> str:
        return f"{self.payment.subscription.reference}-refund-{self.pk}-{self.attempts}"


class SubscriptionDispute(models.Model):
    """A paid period that the subscriber contests at the bank, as it was last read from Stripe. Answered in Stripe's own pages."""

    # The states are those of `Dispute`.
    payment = models.ForeignKey(SubscriptionPayment, on_delete=models.PROTECT, related_name="disputes")
    dispute_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(_("state"), max_length=24, choices=Dispute.Status.choices)
    reason = models.CharField(max_length=40, blank=True, help_text="by Stripe's names")
    amount_cents = models.PositiveIntegerField()
    evidence_due_by = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(help_text="when Stripe was last asked")
    stripe_fee_cents = models.PositiveIntegerField(null=True, blank=True, help_text="empty until Stripe tells it")

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_contested_period_is_of_something")
        ]

    def __str__(self) -> str:
        return self.dispute_id

    @property
    def is_open(self) -> bool:
        return self.status in Dispute.OPEN

    @property
    def takes_money(self) -> bool:
        return self.status in Dispute.TAKES


class AccountsSent(AppendOnlyModel):
    """The accounts of one month, sent once by a subscription."""

    subscription = models.ForeignKey(ServiceSubscription, on_delete=models.PROTECT, related_name="accounts_sent")
    month = models.DateField()
    sent_to = models.EmailField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["subscription", "month"], name="a_month_is_sent_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.month}"
