"""Audits of accessibility (RGAA): the last one makes the public statement (law of 11 February 2005, article 47)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessibilityAudit(models.Model):
    audited_on = models.DateField(_("date of the audit"))
    auditor = models.CharField(_("who audited"), max_length=200)
    method = models.CharField(
        _("method"), max_length=300, help_text=_("For example: RGAA 4.1.2, by hand and with axe.")
    )
    pages = models.JSONField(_("pages looked at"), default=list)
    conforming = models.PositiveSmallIntegerField(_("criteria met"))
    failing = models.PositiveSmallIntegerField(_("criteria not met"))
    not_applicable = models.PositiveSmallIntegerField(_("criteria that do not apply"))
    failures = models.JSONField(_("what does not conform"), default=list)
    exemptions = models.JSONField(_("exempted content"), default=list)
    tools = models.CharField(_("tools and browsers"), max_length=500, blank=True)
    contact = models.EmailField(_("contact"))
    published_at = models.DateTimeField(_("published on"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("audit of accessibility")
        verbose_name_plural = _("audits of accessibility")
        ordering = ["-audited_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.audited_on:%Y-%m-%d}"

    @property
    def rate(self) -> float:
        """Criteria met among those that apply, in percent."""
        applicable = self.conforming + self.failing
        return 100 * self.conforming / applicable if applicable else 0.0
