"""A trap address of a page that somebody wrote to: the page was read by a program that collects addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models.practitioner import Practitioner


class Harvest(models.Model):
    """`network` is the keyed mark of who read the page (`common.pace.network_mark`), never an address."""

    practitioner = models.ForeignKey(
        Practitioner, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("page that was read")
    )
    read_on = models.DateField(_("read on"))
    network = models.CharField(_("mark of the network"), max_length=8)
    received_at = models.DateTimeField(_("first mail received"))
    mails = models.PositiveIntegerField(_("mails received"), default=1)

    class Meta:
        verbose_name = _("harvest of addresses")
        verbose_name_plural = _("harvests of addresses")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "read_on", "network"], name="one_harvest_a_page_day_and_network"
            )
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.read_on}"
