"""A complaint against a decision on a report (DSA article 20): somebody who did not decide looks at it again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from legal.models.report import Report

_USER = settings.AUTH_USER_MODEL


class ReportComplaint(models.Model):
    class Side(models.TextChoices):
        REPORTER = "reporter", pgettext_lazy("complaint", "Who reported")
        AUTHOR = "author", pgettext_lazy("complaint", "Who is concerned")

    class Status(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("complaint", "Received")
        TAKEN = "taken", pgettext_lazy("complaint", "Being examined")
        DECIDED = "decided", pgettext_lazy("complaint", "Decided")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("complaint", "Decision confirmed")
        REVERSED = "reversed", pgettext_lazy("complaint", "Decision changed")

    class Effect(models.TextChoices):
        """What became of a new decision: what is gone does not come back, and that is said."""

        DONE = "done", pgettext_lazy("complaint", "The new decision was carried out.")
        GONE = "gone", pgettext_lazy("complaint", "What was reported no longer exists: it cannot be put back.")
        ELSEWHERE = "elsewhere", pgettext_lazy("complaint", "Another reason keeps it off the site: it stays so.")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="complaints")
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    text = models.TextField(_("why the decision is contested"), max_length=5000)
    person = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("person")
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text="the address that the decision was sent to")
    received_at = models.DateTimeField(_("received on"))
    deadline = models.DateTimeField(_("answer due on"), help_text="what we promise; the law says without undue delay")
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.RECEIVED)
    assigned_to = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("assigned to")
    )
    # A copy, so that one row says by itself that two people looked; a trigger compares it with the report.
    first_decider = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("who decided first")
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    new_decision = models.CharField(_("new decision"), max_length=10, choices=Report.Decision.choices, blank=True)
    effect = models.CharField(_("effect"), max_length=10, choices=Effect.choices, blank=True)
    reason = models.TextField(_("reason"), max_length=5000, blank=True)
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = pgettext_lazy("moderation", "complaint")
        verbose_name_plural = pgettext_lazy("moderation", "complaints")
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(fields=["report", "side"], name="one_complaint_a_side"),
            models.CheckConstraint(condition=~Q(text=""), name="a_complaint_says_why"),
            models.CheckConstraint(
                condition=(
                    Q(status="decided", decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(reason="")
                    & ~Q(rule="")
                )
                | (~Q(status="decided") & Q(outcome="", decided_at__isnull=True, decided_by__isnull=True)),
                name="a_decided_complaint_has_its_reason",
            ),
            models.CheckConstraint(
                condition=(Q(outcome="reversed") & ~Q(new_decision="") & ~Q(effect=""))
                | (~Q(outcome="reversed") & Q(new_decision="", effect="")),
                name="a_changed_decision_says_which",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("first_decider")),
                name="somebody_else_decides_a_complaint",
            ),
            models.CheckConstraint(
                condition=Q(assigned_to__isnull=True) | ~Q(assigned_to=F("first_decider")),
                name="somebody_else_takes_a_complaint",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=~Q(status="decided"), name="complaint_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.report.reference} ({self.get_side_display()})"

    @property
    def is_decided(self) -> bool:
        return self.status == self.Status.DECIDED

    @property
    def is_reversed(self) -> bool:
        return self.outcome == self.Outcome.REVERSED
