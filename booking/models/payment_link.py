"""What the practitioner asks to be paid online after the booking: the balance, or a part of it (M2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from booking.models.appointment import Appointment


class PaymentLink(models.Model):
    """One address at which an amount can be paid, once; who holds it may pay, and reads nothing of the client there.

    One at a time for an appointment, so that never more is asked for than what remains.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="payment_links")
    token = models.CharField(max_length=32, unique=True)
    amount_cents = models.PositiveIntegerField()
    message = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_link_is_of_something"),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(paid_at=None, withdrawn_at=None),
                name="one_open_link_an_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment.reference} +{self.amount_cents}"

    @property
    def is_open(self) -> bool:
        return self.paid_at is None and self.withdrawn_at is None
