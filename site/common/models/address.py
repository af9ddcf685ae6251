"""Addresses and numbers that do not receive, as their own servers say."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class BadAddressQuerySet(models.QuerySet["BadAddress"]):
    def of(self, address: str) -> Self:
        return self.filter(address=address.strip().lower())


class BadAddress(models.Model):
    """Flagged by a permanent refusal or a returned mail; the flag goes with the first message that passes."""

    address = models.CharField(_("address"), max_length=254, unique=True, help_text="in small letters")
    error = models.CharField(_("what its server said"), max_length=300, blank=True)
    flagged_at = models.DateTimeField(_("since"))

    objects = BadAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address that does not receive")
        verbose_name_plural = _("addresses that do not receive")
        ordering = ["-flagged_at"]

    def __str__(self) -> str:
        return self.address
