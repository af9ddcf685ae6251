"""Breaches of personal data (GDPR, articles 33 and 34): the facts, the 72 hours, those concerned, what was said to whom."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import AppendOnlyModel

CLOCK = dt.timedelta(hours=72)


class Breach(models.Model):
    class Risk(models.TextChoices):
        UNKNOWN = "unknown", _("Not judged yet")
        NONE = "none", _("No risk for people")
        RISK = "risk", _("A risk: the CNIL is notified")
        HIGH = "high", _("A high risk: the CNIL and the people are told")

    class Nature(models.TextChoices):
        CONFIDENTIALITY = "confidentiality", _("Data seen or taken by others")
        INTEGRITY = "integrity", _("Data changed")
        AVAILABILITY = "availability", _("Data lost or out of reach")

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=160)
    known_at = models.DateTimeField(_("known since"), help_text=_("The 72 hours run from there."))
    began_at = models.DateTimeField(_("it began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("it ended"), null=True, blank=True)
    natures = models.JSONField(_("nature"), default=list)
    facts = models.TextField(_("facts"), max_length=8000)
    categories = models.JSONField(_("categories of data"), default=list)
    people_estimate = models.PositiveIntegerField(_("people concerned, about"), null=True, blank=True)
    consequences = models.TextField(_("likely consequences"), max_length=4000, blank=True)
    measures = models.TextField(_("measures taken"), max_length=4000, blank=True)
    risk = models.CharField(_("risk"), max_length=8, choices=Risk.choices, default=Risk.UNKNOWN)
    cnil_notified_at = models.DateTimeField(_("CNIL notified on"), null=True, blank=True)
    cnil_reference = models.CharField(_("its reference at the CNIL"), max_length=60, blank=True)
    cnil_late_reason = models.CharField(_("why after 72 hours"), max_length=500, blank=True)
    not_notified_reason = models.TextField(_("why it is not notified"), max_length=2000, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    alarmed = models.PositiveSmallIntegerField(default=0, help_text="hours at which the last alarm was sent")
    closed_at = models.DateTimeField(null=True, blank=True)
    lessons = models.TextField(_("what is changed so that it does not come back"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["-known_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None)
                | models.Q(cnil_notified_at__isnull=False)
                | ~models.Q(not_notified_reason=""),
                name="a_closed_breach_was_notified_or_says_why_not",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def due_at(self) -> dt.datetime:
        return self.known_at + CLOCK

    @property
    def is_settled(self) -> bool:
        """Notified, or decided not to be."""
        return self.cnil_notified_at is not None or bool(self.not_notified_reason)


class BreachEvent(AppendOnlyModel):
    """The history: what was done, by whom, when, in words. The register the law asks for (article 33.5)."""

    class What(models.TextChoices):
        OPENED = "opened", _("Opened")
        WRITTEN = "written", _("Facts completed")
        SEARCHED = "searched", _("Those concerned searched")
        CHOSEN = "chosen", _("Those concerned recorded")
        ALARM = "alarm", _("Alarm sent")
        NOTIFIED = "notified", _("CNIL notified")
        NOT_NOTIFIED = "not_notified", _("Decided not to notify")
        TOLD = "told", _("Messages asked for")
        TOLD_ALL = "told_all", _("Messages sent")
        CLOSED = "closed", _("Closed")

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=14, choices=What.choices)
    words = models.TextField(max_length=4000, blank=True)
    facts = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.breach_id} {self.what}"


class BreachPerson(models.Model):
    """Somebody concerned; `clients` is set for a practitioner whose clients are: how many of them."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    clients = models.PositiveIntegerField(default=0)
    is_person = models.BooleanField(default=False, help_text="concerned by own data")
    told_person_at = models.DateTimeField(null=True)
    told_controller_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["breach", "user"], name="concerned_once_by_a_breach")]

    def __str__(self) -> str:
        return f"{self.breach_id}: {self.user_id}"


class BreachMessage(models.Model):
    """A round of messages: its words, and how far it went."""

    class To(models.TextChoices):
        PEOPLE = "people", pgettext_lazy("breach", "The people concerned")
        PRACTITIONERS = "practitioners", pgettext_lazy("breach", "The practitioners whose clients are concerned")

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="messages")
    to = models.CharField(max_length=14, choices=To.choices)
    words = models.TextField(max_length=6000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["breach", "to"], name="one_round_of_messages_a_kind_of_reader")]

    def __str__(self) -> str:
        return f"{self.breach_id} {self.to}"
