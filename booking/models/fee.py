"""What the platform takes for an appointment: a dated setting of the operator (M3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeeRate(models.Model):
    """In force from `valid_from` until the next one. Basis points of the price plus a fixed part, VAT included.

    Announced before it applies: the database refuses one that would begin in the past, and any change to one that has begun.
    An appointment keeps the rate it was booked under.
    """

    valid_from = models.DateTimeField(_("in force from"), unique=True)
    basis_points = models.PositiveIntegerField(_("share of the price (1/100 %)"), default=300)
    fixed_cents = models.PositiveIntegerField(_("fixed part (cents)"), default=65)
    each_payment = models.BooleanField(
        _("taken on each online payment"),
        default=False,
        help_text=_(
            "On each payment, of what it pays. Otherwise once an appointment, of its whole price, on the first payment."
        ),
    )

    class Meta:
        verbose_name = _("service fee")
        verbose_name_plural = _("service fees")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(basis_points__lte=10_000), name="fee_share_at_most_all")
        ]

    def __str__(self) -> str:
        return f"{self.basis_points / 100:.2f} % + {self.fixed_cents / 100:.2f} €"
