"""Invoices that are not paid in time: the law's rates, the steps taken, what suspends them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.models.invoice import Invoice
from common.models import AppendOnlyModel


class LateRate(models.Model):
    """The European Central Bank's rate that a half-year goes by (article L441-10 of the commercial code adds 10 points)."""

    from_day = models.DateField(
        _("half-year from"), unique=True, help_text=_("1 January or 1 July: the rate in force on that day.")
    )
    ecb_basis_points = models.PositiveIntegerField(
        _("rate of the European Central Bank (1/100 %)"),
        help_text=_("Main refinancing operations. For 2.15 % write 215."),
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("Where it was read, and when."))

    class Meta:
        verbose_name = _("late-payment rate")
        verbose_name_plural = _("late-payment rates")
        ordering = ["-from_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_day__day=1, from_day__month__in=[1, 7]), name="late_rates_begin_with_a_half_year"
            ),
            models.CheckConstraint(condition=Q(ecb_basis_points__lte=5000), name="a_late_rate_is_a_rate"),
            models.CheckConstraint(condition=~Q(source=""), name="a_late_rate_has_its_source"),
        ]

    def __str__(self) -> str:
        return f"{self.from_day:%Y-%m-%d}"


class LateStep(AppendOnlyModel):
    """A step that was taken: what was asked for that day. Each is taken once for an invoice."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder")
        SECOND = "second", _("Second reminder")
        NOTICE = "notice", _("Formal notice")
        CHARGE = "charge", _("Interest and indemnity claimed")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="late_steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_cents = models.PositiveIntegerField()
    interest_cents = models.PositiveIntegerField(default=0)
    indemnity_cents = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["invoice", "kind"], name="a_late_step_once_an_invoice")]

    def __str__(self) -> str:
        return f"{self.invoice} {self.kind}"


class LateHold(models.Model):
    """Who owes says why not: the steps wait until it is settled."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="late_holds")
    reason = models.CharField(pgettext_lazy("of a contested invoice", "what is contested"), max_length=500)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["invoice"], condition=Q(closed_at=None), name="contested_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="a_hold_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.reason[:40]}"
