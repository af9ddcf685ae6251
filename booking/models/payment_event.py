"""Every step of a payment, kept as it happened."""

from django.db import models

from booking.models.payment import Payment
from common.models import AppendOnlyModel


class PaymentEvent(AppendOnlyModel):
    """One transition of `booking.payment_states`. Rows are only ever added (a trigger refuses the rest)."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=12)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)
    written_in = models.BigIntegerField(
        db_default=models.Func(function="txid_current", output_field=models.BigIntegerField()),
        editable=False,
        help_text="the transaction: the database checks that a status never changes without its event",
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step}: {self.before} → {self.after}"

    @property
    def in_words(self) -> str:
        """The state it came to, for the history of an appointment's money."""
        return str(Payment.Status(self.after).label)
