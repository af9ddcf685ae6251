"""A payment contested at the client's bank: what Stripe says of it, what was answered, and every step."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.payment import Payment
from common.models import AppendOnlyModel

LONGEST_WORDS = 5000


class Dispute(models.Model):
    """As it was last read from Stripe. While the bank examines it the money is with the client; an inquiry takes none."""

    class Status(models.TextChoices):
        INQUIRY = "warning_needs_response", _("Question of the bank, to be answered")
        INQUIRY_REVIEW = "warning_under_review", _("Question of the bank, answered")
        INQUIRY_CLOSED = "warning_closed", _("Question of the bank, closed")
        TO_ANSWER = "needs_response", _("To be answered")
        UNDER_REVIEW = "under_review", _("Being examined by the bank")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        PREVENTED = "prevented", _("Prevented")

    WAITING = ("warning_needs_response", "needs_response")
    OPEN = (*WAITING, "warning_under_review", "under_review")
    # Those for which the bank has taken the money back, for the time being or for good.
    TAKES = ("needs_response", "under_review", "lost")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    dispute_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(_("state"), max_length=24, choices=Status.choices)
    reason = models.CharField(max_length=40, blank=True, help_text="by Stripe's names")
    amount_cents = models.PositiveIntegerField()
    evidence_due_by = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(help_text="when it was first seen here")
    closed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(help_text="when Stripe was last asked")
    reminded_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the last reminder sent, in days before the deadline"
    )

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_dispute_is_of_something"),
        ]
        indexes = [
            models.Index(
                fields=["read_at"],
                condition=Q(
                    status__in=["warning_needs_response", "needs_response", "warning_under_review", "under_review"]
                ),
                name="disputes_to_follow",
            )
        ]

    def __str__(self) -> str:
        return self.dispute_id

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def waits_for_answer(self) -> bool:
        return self.status in self.WAITING

    @property
    def takes_money(self) -> bool:
        return self.status in self.TAKES


class DisputeAnswer(models.Model):
    """What the practitioner answers the bank: a draft, then ordered with its text frozen, then carried out by a task.

    The bank takes one answer only, so one that Stripe has is never changed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Not taken by Stripe")

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="answer")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    words = models.TextField(max_length=LONGEST_WORDS, blank=True, help_text="the practitioner's own account")
    left_out = models.JSONField(default=list, blank=True, help_text="names of the pieces that were unticked")
    evidence = models.JSONField(default=dict, blank=True, help_text="exactly what is given to Stripe, by its names")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="failures that Stripe answered")
    last_error = models.CharField(max_length=300, blank=True)
    updated_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="an_answer_sent_has_its_moment"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(evidence={}), name="an_answer_ordered_says_something"
            ),
        ]
        indexes = [models.Index(fields=["ordered_at"], condition=Q(state="sending"), name="answers_to_send")]

    def __str__(self) -> str:
        return f"{self.dispute}: {self.state}"

    @property
    def idempotency_key(self) -> str:
        """The same until Stripe has answered that it failed."""
        return f"dispute-answer-{self.pk}-{self.attempts}"


class DisputeEvent(AppendOnlyModel):
    """One step of a dispute. Rows are only ever added."""

    class What(models.TextChoices):
        OPENED = "opened", _("Opened by the client’s bank")
        REMINDED = "reminded", _("Reminder sent to the practitioner")
        ORDERED = "ordered", _("Answer given to be sent")
        SENT = "sent", _("Answer sent to the bank")
        REFUSED = "refused", _("Answer not taken by Stripe")
        ACCEPTED = "accepted", _("Accepted by the practitioner")
        STATUS = "status", _("New state")

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What.choices)
    status = models.CharField(max_length=24, choices=Dispute.Status.choices, blank=True)
    number = models.PositiveSmallIntegerField(default=0, help_text="of a reminder: days before the deadline")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "number"], condition=Q(what="reminded"), name="one_dispute_reminder_of_each_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"

    @property
    def in_words(self) -> str:
        if self.what == self.What.STATUS:
            return str(Dispute.Status(self.status).label)
        return str(self.What(self.what).label)
