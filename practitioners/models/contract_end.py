"""How a practitioner's contract ends (R6; P2B, article 4): notice, reasons, dates that the database holds to."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practitioners.models.practitioner import Practitioner

_USER = settings.AUTH_USER_MODEL
NOTICE_TO_CURE: Final = dt.timedelta(days=7)
AMICABLE: Final = dt.timedelta(days=45)


class FormalNotice(models.Model):
    """« Mise en demeure »: what must be put right, until when, and whether it was."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="formal_notices")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("what must be put right"), max_length=5000)
    rule = models.CharField(_("rule"), max_length=200)
    sent_on = models.DateField(_("sent on"))
    cure_by = models.DateField(_("to be put right by"))
    sent_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"))
    cured_on = models.DateField(_("put right on"), null=True, blank=True)
    cured_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by")
    )

    class Meta:
        verbose_name = _("formal notice")
        verbose_name_plural = _("formal notices")
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "number"], name="formal_notices_are_numbered"),
            models.CheckConstraint(
                condition=Q(cure_by__gte=F("sent_on") + NOTICE_TO_CURE), name="a_formal_notice_leaves_seven_days"
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(rule=""), name="a_formal_notice_says_what"),
            models.CheckConstraint(
                condition=Q(cured_on__isnull=True, cured_by__isnull=True)
                | Q(cured_on__isnull=False, cured_by__isnull=False),
                name="whoever_noted_the_cure_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} – {self.number}"

    def is_missed(self, today: dt.date) -> bool:
        return self.cured_on is None and self.cure_by < today


class ContractEnd(models.Model):
    class Ground(models.TextChoices):
        LEAVES = "leaves", pgettext_lazy("end of contract", "The practitioner leaves")
        OPERATOR = "operator", pgettext_lazy("end of contract", "Ended by us, without fault")
        BREACH = "breach", pgettext_lazy("end of contract", "Breach not put right after a formal notice")
        FORCE_MAJEURE = "force-majeure", pgettext_lazy("end of contract", "Force majeure of more than thirty days")
        AUDIT = "audit", pgettext_lazy("end of contract", "Audit not corrected")
        REPORTS = "reports", pgettext_lazy("end of contract", "Reports that were well founded")
        AUTHORITY = "authority", pgettext_lazy("end of contract", "Decision of a court or an authority")

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("end of contract", "Waits for a second person")
        ANNOUNCED = "announced", pgettext_lazy("end of contract", "Announced")
        WITHDRAWN = "withdrawn", pgettext_lazy("end of contract", "Withdrawn")
        CARRIED_OUT = "carried-out", pgettext_lazy("end of contract", "Carried out")

    # Days between the announcement and the end. P2B asks for thirty whenever the platform ends and no law hurries it.
    DELAYS: Final = {
        Ground.LEAVES: 15, Ground.OPERATOR: 30, Ground.BREACH: 0, Ground.FORCE_MAJEURE: 0, Ground.AUDIT: 30,
        Ground.REPORTS: 30, Ground.AUTHORITY: 0,
    }  # fmt: skip
    OPEN: Final = (Status.PROPOSED, Status.ANNOUNCED)

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="ends")
    ground = models.CharField(_("ground of the end"), max_length=14, choices=Ground.choices)
    reasons = models.TextField(_("reasons"), max_length=5000, blank=True, help_text=_("Sent to the practitioner."))
    rule = models.CharField(
        _("rule"), max_length=200, blank=True, help_text=_("Document, version and article that the decision cites.")
    )
    notice = models.ForeignKey(
        FormalNotice,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ends",
        verbose_name=_("formal notice"),
    )
    since = models.DateField(_("force majeure since"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=11, choices=Status.choices)
    proposed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed on"))
    announced_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("announced by")
    )
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    ends_on = models.DateField(
        _("ends on"), null=True, blank=True, help_text="the first day without a contract, Paris time"
    )
    closed_at = models.DateTimeField(_("withdrawn or carried out on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by")
    )

    class Meta:
        verbose_name = _("end of a contract")
        verbose_name_plural = _("ends of contracts")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=Q(status__in=["proposed", "announced"]),
                name="one_open_end_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "withdrawn"])
                | Q(announced_by__isnull=False, announced_on__isnull=False, ends_on__isnull=False),
                name="an_announced_end_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(ground__in=["breach", "force-majeure", "authority"], ends_on__gte=F("announced_on"))
                | Q(ground="leaves", ends_on__gte=F("announced_on") + dt.timedelta(days=15))
                | Q(
                    ground__in=["operator", "audit", "reports"], ends_on__gte=F("announced_on") + dt.timedelta(days=30)
                ),
                name="an_end_leaves_its_delay",
            ),
            models.CheckConstraint(
                condition=Q(ground="leaves") | (~Q(reasons="") & ~Q(rule="")), name="an_end_by_us_has_its_reasons"
            ),
            models.CheckConstraint(
                condition=Q(ground="leaves") | Q(announced_by__isnull=True) | ~Q(announced_by=F("proposed_by")),
                name="two_people_end_a_contract",
            ),
            models.CheckConstraint(
                condition=(Q(ground="breach") & Q(notice__isnull=False))
                | (~Q(ground="breach") & Q(notice__isnull=True)),
                name="a_breach_names_its_formal_notice",
            ),
            models.CheckConstraint(
                condition=~Q(ground="force-majeure")
                | Q(announced_on__isnull=True, since__isnull=False)
                | Q(announced_on__gt=F("since") + dt.timedelta(days=30)),
                name="force_majeure_lasts_over_thirty_days",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "announced"], closed_at__isnull=True)
                | Q(status__in=["withdrawn", "carried-out"], closed_at__isnull=False),
                name="a_closed_end_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], condition=Q(status="announced"), name="ends_to_carry_out")]

    def __str__(self) -> str:
        return f"{self.practitioner} – {self.get_ground_display()}"

    @property
    def by_practitioner(self) -> bool:
        return self.ground == self.Ground.LEAVES

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def amicable_until(self) -> dt.date | None:
        """Until when both try to settle what divides them, the proof file at hand, before any judge."""
        return self.ends_on + AMICABLE if self.ends_on else None
