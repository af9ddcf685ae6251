"""Optional paid services (M8): what the operator offers, and each dated version of its price and terms.

A version never changes (database): a subscription that names it has its price, VAT, period and terms frozen.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.invoice import Vat
from common.models import AppendOnlyModel


class PaidService(models.Model):
    """Never something that is free, and nothing that moves a result of the search (S4, N7)."""

    class DeliveredBy(models.TextChoices):
        PEOPLE = "people", _("Our team, who is written to for each paid period")
        ACCOUNTING = "accounting", _("The site: last month’s accounts, sent by e-mail each month")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    delivered_by = models.CharField(_("who does it"), max_length=12, choices=DeliveredBy.choices)
    is_offered = models.BooleanField(
        _("offered"),
        default=True,
        help_text=_("Otherwise nobody new can subscribe; those who have it keep it until they cancel."),
    )

    class Meta:
        verbose_name = _("optional service")
        verbose_name_plural = _("optional services")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PaidServiceVersion(AppendOnlyModel):
    """Price and terms from a date on, for who subscribes from then. The database numbers and announces it."""

    class Interval(models.TextChoices):
        MONTH = "month", _("a month")
        YEAR = "year", _("a year")

    service = models.ForeignKey(
        PaidService, on_delete=models.PROTECT, related_name="versions", verbose_name=_("optional service")
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False, db_default=0)
    valid_from = models.DateTimeField(_("for subscriptions from"))
    price_cents = models.PositiveIntegerField(_("price in cents, VAT included"), help_text=_("For 9.00 € write 900."))
    vat = models.CharField(_("VAT"), max_length=10, choices=Vat.choices, default=Vat.STANDARD)
    interval = models.CharField(_("paid for"), max_length=5, choices=Interval.choices)
    gives = models.TextField(_("what it gives"), max_length=2000, help_text=_("One thing a line."))
    terms = models.TextField(_("terms"), max_length=20_000, help_text=_("Shown before, accepted, and sent by e-mail."))
    terms_sha256 = models.CharField(max_length=64, editable=False, db_default="")

    class Meta:
        verbose_name = _("price and terms of an optional service")
        verbose_name_plural = _("prices and terms of optional services")
        ordering = ["service", "-valid_from", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="service_versions_are_numbered_once"),
            models.CheckConstraint(
                condition=Q(price_cents__gte=100, price_cents__lte=500_000), name="a_service_has_a_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.number}"

    @property
    def each(self) -> str:
        return str(self.Interval(self.interval).label)

    @property
    def given(self) -> list[str]:
        return [line.strip() for line in self.gives.splitlines() if line.strip()]
