"""The ledger (M6): every cent that moved, in double entry. Written by `booking.ledger.post`, never changed."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.payment import Payment
from common.models import AppendOnlyModel


class LedgerTransaction(AppendOnlyModel):
    """One movement of money. The database refuses, at commit, one whose lines do not sum to zero or are not all there,
    and whatever would change, remove or add to one that exists."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("Payment by the client")
        FEE = "fee", _("Service fee")
        STRIPE_FEE = "stripe_fee", _("Stripe’s processing fee")
        REFUND = "refund", _("Refund to the client")
        REFUND_FAILED = "refund_failed", _("Refund that came back")
        FEE_RETURN = "fee_return", _("Service fee given back")
        PAYOUT = "payout", _("Payout to the practitioner’s bank")
        PAYOUT_FAILED = "payout_failed", _("Payout that came back")
        DISPUTE = "dispute", _("Disputed payment")
        DISPUTE_FEE = "dispute_fee", _("Stripe’s dispute fee")
        DISPUTE_WON = "dispute_won", _("Dispute won")
        SUBSCRIPTION = "subscription", _("Subscription to a paid service")
        SUBSCRIPTION_REFUND = "sub_refund", _("Refund of a subscription")
        SUBSCRIPTION_DISPUTE = "sub_dispute", _("Disputed payment of a subscription")
        INVOICED = "invoiced", _("Invoiced to the practitioner")
        SETTLED = "settled", _("Invoice paid by the practitioner")
        CREDITED = "credited", _("Credit note to the practitioner")
        CORRECTION = "correction", _("Correction")

    key = models.CharField(max_length=120, unique=True, help_text="what it records: posting it twice is one movement")
    kind = models.CharField(_("movement"), max_length=16, choices=Kind.choices)
    at = models.DateTimeField(_("moment"))
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_transactions"
    )
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_transactions"
    )
    note = models.CharField(max_length=300, blank=True)
    line_count = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(line_count__gte=2), name="money_comes_from_somewhere"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="ledger_by_moment")]

    def __str__(self) -> str:
        return f"{self.key} ({self.kind})"


class LedgerLine(AppendOnlyModel):
    """What one account gained (positive) or lost. `at` is its transaction's, so that a balance at a date reads one index."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="lines", db_index=False)
    account = models.CharField(max_length=32, help_text="as `booking.ledger.accounts` writes it: client:12, platform…")
    at = models.DateTimeField()
    amount_cents = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["transaction", "account"], name="one_line_an_account"),
            models.CheckConstraint(condition=~models.Q(amount_cents=0), name="a_line_moves_money"),
        ]
        indexes = [models.Index(fields=["account", "at"], include=["amount_cents"], name="ledger_balances")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_cents:+d}"


class ProcessingFeeToRead(models.Model):
    """A payment whose processing fee Stripe has not told yet: written with the payment, gone once the fee is recorded."""

    payment = models.OneToOneField(Payment, primary_key=True, on_delete=models.PROTECT, related_name="fee_to_read")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_index=True)
    last_error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return str(self.payment)


class Reconciliation(models.Model):
    """One comparison of the ledger with everything else, Stripe included, and what was left after the repairs."""

    KEPT = 500

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="empty while it runs, or when it was cut short")
    lines = models.PositiveBigIntegerField(default=0)
    accounts = models.PositiveIntegerField(default=0, help_text="at Stripe, the platform's included")
    repaired = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField(default=0, help_text="of differences; the first ones are kept by name")
    differences = models.JSONField(default=list, help_text="as `booking.ledger.differences.Difference` says them")
    unanswered = models.PositiveIntegerField(default=0, help_text="accounts of which Stripe said nothing")

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.count}"
