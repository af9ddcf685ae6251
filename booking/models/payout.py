"""Money sent by Stripe from a practitioner's account to the own bank account, and what each sum is made of (M11)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.dispute import Dispute
from booking.models.payment import Payment, Refund, StripeAccount


class Payout(models.Model):
    """As it was last read from Stripe. Negative when Stripe takes from the bank account to make up for a debt."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Being prepared")
        IN_TRANSIT = "in_transit", _("On its way to the bank")
        PAID = "paid", _("Paid out")
        FAILED = "failed", _("Refused by the bank")
        CANCELED = "canceled", _("Withdrawn by Stripe")

    ENDED_BADLY = ("failed", "canceled")
    # What may still change: a bank may send a payout back some days after it was called paid.
    RETURNS_WITHIN_DAYS = 10

    account = models.ForeignKey(StripeAccount, on_delete=models.PROTECT, related_name="payouts")
    payout_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices)
    amount_cents = models.IntegerField()
    created_at = models.DateTimeField()
    arrival_on = models.DateField(help_text="when the bank has it, or should")
    failure_message = models.CharField(max_length=300, blank=True)
    lines_read_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(help_text="when Stripe was last asked")

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount_cents=0), name="a_payout_is_of_something")]
        indexes = [models.Index(fields=["account", "-created_at"], name="payouts_of_an_account")]

    def __str__(self) -> str:
        return self.payout_id

    @property
    def ended_badly(self) -> bool:
        return self.status in self.ENDED_BADLY


class PayoutLine(models.Model):
    """One movement in a payout, as Stripe's balance tells it. `amount − fee` of all lines is the payout."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("Payment")
        REFUND = "refund", _("Refund")
        DISPUTE = "dispute", _("Contested payment")
        OTHER = "other", _("Other movement at Stripe")

    payout = models.ForeignKey(Payout, on_delete=models.CASCADE, related_name="lines")
    line_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount_cents = models.IntegerField()
    fee_cents = models.IntegerField(default=0)
    source = models.CharField(max_length=64, blank=True)
    payment_intent = models.CharField(max_length=64, blank=True, default="", db_default="")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="payout_lines")
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="payout_lines")
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="payout_lines")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "line_id"], name="a_movement_is_once_in_a_payout"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.amount_cents}"

    @property
    def net_cents(self) -> int:
        return self.amount_cents - self.fee_cents

    @classmethod
    def without_its_row(cls) -> Q:
        """Those of which not all is linked: made by hand at Stripe, or not known here yet when the payout was read."""
        lost = Q(kind=cls.Kind.REFUND, refund=None) | Q(kind=cls.Kind.DISPUTE, dispute=None)
        return lost | Q(payment=None) & ~Q(payment_intent="")
