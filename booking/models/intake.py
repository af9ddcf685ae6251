"""What a practitioner asks before a session, and what was answered: encrypted, and kept no longer than it serves.

Nothing about health is asked unless the practitioner turned that on for the service; such an answer stands on a consent of the
client's own, whose proof is a chain apart (`IntakeConsent`): it outlives the answer and says nothing of it.
"""

import datetime as dt
import hashlib
import json

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from common import crypto
from common.models import ChainedEvidence
from practitioners.models import Practitioner, Service

MOST_CHOICES = 10


class IntakeSettings(models.Model):
    """What may be asked for one service; without a row, neither a reason nor anything about health."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="intake")
    asks_reason = models.BooleanField(_("ask for the reason of the visit"), default=False)
    asks_health = models.BooleanField(_("allow questions about health"), default=False)
    health_warning = models.TextField(blank=True, help_text="the warning as shown when it was turned on")
    health_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asks_health=False) | (Q(health_since__isnull=False) & ~Q(health_warning="")),
                name="health_is_asked_knowingly",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}"


class IntakeQuestion(models.Model):
    """One question, of one service or of all. What was answered keeps its words: changing them changes nothing of the past."""

    class Kind(models.TextChoices):
        SHORT = "short", _("A line")
        LONG = "long", _("A few lines")
        CHOICE = "choice", _("One among several")
        YES_NO = "yes_no", _("Yes or no")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="intake_questions")
    service = models.ForeignKey(
        Service,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="intake_questions",
        verbose_name=_("session"),
        help_text=_("Empty: asked for all your sessions."),
    )
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("answer"), max_length=8, choices=Kind.choices, default=Kind.SHORT)
    choices = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        verbose_name=_("choices"),
        validators=[MaxLengthValidator(MOST_CHOICES)],
    )
    required = models.BooleanField(_("an answer is needed to book"), default=False)
    about_health = models.BooleanField(_("about health"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            # The switch is the service's; and a consent that one needs to book would not be a free one.
            models.CheckConstraint(
                condition=Q(about_health=False) | Q(service__isnull=False, required=False),
                name="health_is_asked_for_one_service_and_never_required",
            ),
            models.CheckConstraint(
                condition=~Q(kind="choice") | Q(choices__len__gte=2), name="a_choice_is_among_several"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class IntakeAnswer(models.Model):
    """One answer, sealed; deleted at `expires_at` (see booking.actions.intake)."""

    class About(models.TextChoices):
        PRACTICAL = "practical", _("Practical")
        REASON = "reason", _("Reason of the visit")
        HEALTH = "health", _("Health")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="intake_answers")
    question = models.ForeignKey(IntakeQuestion, null=True, on_delete=models.SET_NULL, related_name="+")
    question_text = models.CharField(max_length=200, help_text="as it was asked")
    about = models.CharField(max_length=9, choices=About.choices, default=About.PRACTICAL)
    answer_sealed = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.position}"

    @property
    def answer(self) -> str:
        return crypto.decrypt(self.answer_sealed)


class IntakeConsent(ChainedEvidence):
    """One link of the proof that sensitive answers were given on purpose. Whose they were stands in the detail."""

    class Event(models.TextChoices):
        GIVEN = "given", _("given")
        WITHDRAWN = "withdrawn", _("withdrawn")

    event = models.CharField(max_length=10, choices=Event.choices)
    about = models.CharField(max_length=9, choices=IntakeAnswer.About.choices)

    class Meta:
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"#{self.sequence}"

    def chained_facts(self) -> list[str]:
        return [self.event, self.about]


class IntakeConsentDetail(models.Model):
    """What identifies the person; deleted at the end of its retention, which leaves the chain valid. Never changed."""

    consent = models.OneToOneField(IntakeConsent, on_delete=models.PROTECT, related_name="detail")
    reference = models.CharField(max_length=12, db_index=True, help_text="of the appointment")
    email = models.EmailField(blank=True)
    text = models.TextField(help_text="the exact words of the box, or beside the field")
    page = models.CharField(max_length=300, blank=True)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"detail of #{self.consent.sequence}"

    def expected_commitment(self, *, event: str, about: str, recorded_at: dt.datetime) -> str:
        """SHA-256 of the salt, a line feed and the canonical JSON of everything else."""
        facts = {
            "about": about,
            "agent": self.agent,
            "email": self.email,
            "event": event,
            "ip": self.ip,
            "page": self.page,
            "recorded_at": recorded_at.astimezone(dt.UTC).isoformat(),
            "reference": self.reference,
            "text": self.text,
        }
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(f"{self.salt}\n{text}".encode()).hexdigest()
