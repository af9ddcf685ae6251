"""Online payments of appointments, and the refunds that follow. Card and bank numbers never come here (M9)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.payment_link import PaymentLink
from practitioners.models import Practitioner


class StripeAccount(models.Model):
    """The practitioner's own account at Stripe: direct charges are made on it."""

    class CardPayments(models.TextChoices):
        NONE = "none", _("Not asked yet")
        PENDING = "pending", _("Being checked by Stripe")
        RESTRICTED = "restricted", _("Information is missing")
        ACTIVE = "active", _("Active")

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="stripe_account")
    account_id = models.CharField(max_length=64, unique=True)
    card_payments = models.CharField(max_length=10, choices=CardPayments.choices, default=CardPayments.NONE)
    requirements = models.JSONField(
        default=list, blank=True, help_text="what Stripe still asks: {what, waits_for, due, overdue, blocks}"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.account_id

    @property
    def is_active(self) -> bool:
        return self.card_payments == self.CardPayments.ACTIVE


class Payment(models.Model):
    """One attempt to pay on Stripe's hosted page: what books an appointment, or, with `link`, what was asked for afterwards.

    Its status only changes by a step of `booking.payment_states`, which the database sees to as well.
    `creating` means that Stripe was asked and that its answer is not known: never that it failed. The row is committed
    before the call, so that whatever happens afterwards there is something to reconcile.
    """

    class Status(models.TextChoices):
        CREATING = "creating", _("Being opened")
        OPEN = "open", _("Waiting for the client")
        AUTHORISED = "authorised", _("Authorised, not taken yet")
        PAID = "paid", _("Paid")
        RELEASING = "releasing", _("Authorisation being released")
        RELEASED = "released", _("Authorisation released")
        EXPIRED = "expired", _("Expired")
        FAILED = "failed", _("Could not be opened")

    LIVE = ("creating", "open", "authorised", "paid")

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="payments")
    link = models.ForeignKey(PaymentLink, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    account = models.ForeignKey(StripeAccount, on_delete=models.PROTECT, related_name="payments")
    attempt = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CREATING)
    amount_cents = models.PositiveIntegerField()
    fee_cents = models.PositiveIntegerField()
    manual_capture = models.BooleanField(default=False)
    session_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    session_expires_at = models.DateTimeField()
    url = models.URLField(max_length=1000, blank=True)
    payment_intent = models.CharField(max_length=64, blank=True, db_index=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="when Stripe was last asked")
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["attempt"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "attempt"], name="attempts_are_numbered"),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(status__in=["creating", "open", "authorised", "paid"], link=None),
                name="one_live_payment_an_appointment",
            ),
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(status__in=["creating", "open", "authorised", "paid"]),
                name="one_live_payment_a_link",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_payment_is_of_something"),
            models.CheckConstraint(condition=Q(fee_cents__lt=F("amount_cents")), name="the_fee_never_eats_the_payment"),
            models.CheckConstraint(
                condition=~Q(status__in=["authorised", "paid", "releasing"]) | ~Q(payment_intent=""),
                name="money_has_its_payment_intent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["checked_at"],
                condition=Q(status__in=["creating", "open", "releasing"]),
                name="payments_to_reconcile",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment.reference}/{self.attempt}"

    @property
    def idempotency_key(self) -> str:
        return f"appointment-{self.appointment_id}-{self.attempt}"


class Refund(models.Model):
    """Money given back, ordered in the transaction that decides it and carried out by a task until Stripe has it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Being sent")
        DONE = "done", _("Sent")
        FAILED = "failed", _("Did not go through")

    class Cause(models.TextChoices):
        CLIENT = "client", _("Cancelled by the client")
        PRACTITIONER = "practitioner", _("Cancelled by the practitioner")
        LATE = "late", _("Paid after the time was gone")
        REQUEST = "request", _("Asked by the client, granted by the practitioner")
        DECISION = "decision", _("Decided by the practitioner")
        WITHDRAWAL = "withdrawal", _("Withdrawal from the contract")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_cents = models.PositiveIntegerField()
    returns_fee = models.BooleanField(default=False, help_text="the platform is at fault: its fee goes back too (M4)")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    refund_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="failures that Stripe answered")
    last_error = models.CharField(max_length=300, blank=True)
    ordered_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_refund_is_of_something"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(refund_id__isnull=False), name="a_refund_done_is_known_to_stripe"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment} −{self.amount_cents}"

    @property
    def mark(self) -> str:
        """What finds it at Stripe when its answer was lost."""
        return f"refund-{self.pk}"

    @property
    def idempotency_key(self) -> str:
        """The same until Stripe has answered that it failed."""
        return f"{self.mark}-{self.attempts}"
