"""Declarations of withdrawal from a distance contract (L221-18, L221-21 and D221-5 of the code de la consommation).

A declaration is evidence and is only ever added; who made it and in which words stands aside, so that it can be erased when its
time comes. What the law makes of it was judged at the moment of the declaration and is kept with it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.models.appointment import Appointment
from booking.models.subscription import ServiceSubscription
from common.models import AppendOnlyModel

LONGEST_CONTRACT = 300


class Standing(models.TextChoices):
    """What the law makes of a declaration at its moment."""

    OPEN = "open", _("In time: the contract ends")
    BEGUN = "begun", _("In time, the session having begun at the client’s request")
    LATE = "late", _("After the period")
    PERFORMED = "performed", _("Session given in full at the client’s request")
    DATED = "dated", _("Excluded: leisure at a given date")
    DOUBTFUL = "doubtful", _("To be settled with the practitioner")
    OVER = "over", _("The contract had ended already")
    UNKNOWN = "unknown", _("Contract not found")


class WithdrawalRule(AppendOnlyModel):
    """What the legal team decides of a disputed exception, from a date on: a contract keeps the rule it was concluded under."""

    valid_from = models.DateTimeField(_("for contracts concluded from"), unique=True)
    excludes_dated = models.BooleanField(
        _("sessions at a given time are excluded"),
        default=False,
        help_text=_(
            "L221-28, 12°: leisure activities that must be provided at a given date or period. Without it, every session "
            "booked online can be withdrawn from."
        ),
    )
    reason = models.TextField(_("reason"), max_length=1000, help_text=_("Shown to the client when it is excluded."))

    class Meta:
        verbose_name = _("rule of withdrawal")
        verbose_name_plural = _("rules of withdrawal")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d}: {'excluded' if self.excludes_dated else 'covered'}"


class Withdrawal(AppendOnlyModel):
    class Known(models.TextChoices):
        """How the contract was recognised."""

        OWN = "own", _("opened by its client")
        TYPED = "typed", _("reference and address typed")
        NOT = "not", pgettext_lazy("contract", "not found")

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="of the page that was confirmed: twice is once")
    declared_at = models.DateTimeField(_("declared"), db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    known = models.CharField(max_length=5, choices=Known.choices)
    # The contract: a session booked, or a subscription to an optional service.
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="withdrawals")
    subscription = models.ForeignKey(
        ServiceSubscription, null=True, on_delete=models.PROTECT, related_name="withdrawals"
    )
    standing = models.CharField(_("what the law makes of it"), max_length=10, choices=Standing.choices)
    concluded_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True, help_text="the end of the period")
    paid_cents = models.PositiveIntegerField(default=0, help_text="online, before")
    owed_cents = models.PositiveIntegerField(default=0, help_text="of a session that had begun")
    refund_cents = models.PositiveIntegerField(_("given back"), default=0)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing="unknown", appointment=None, subscription=None, known="not")
                | (~Q(standing="unknown") & ~Q(known="not") & Q(appointment__isnull=False, subscription=None))
                | (~Q(standing="unknown") & ~Q(known="not") & Q(appointment=None, subscription__isnull=False)),
                name="one_withdraws_from_one_contract",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def contract(self) -> Appointment | ServiceSubscription | None:
        return self.appointment or self.subscription


class WithdrawalWords(models.Model):
    """Who declared and what, as typed: never changed, and gone with the retention."""

    withdrawal = models.OneToOneField(Withdrawal, primary_key=True, on_delete=models.PROTECT, related_name="words")
    name = models.CharField(max_length=160)
    email = models.EmailField(db_index=True)
    contract = models.CharField(max_length=LONGEST_CONTRACT)

    def __str__(self) -> str:
        return str(self.withdrawal_id)


class WithdrawalStep(AppendOnlyModel):
    """What staff did with a declaration whose contract was not found."""

    class What(models.TextChoices):
        FOUND = "found", _("Contract found")
        ANSWERED = "answered", _("Answered")

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="steps")
    what = models.CharField(max_length=10, choices=What.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    subscription = models.ForeignKey(ServiceSubscription, null=True, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=Standing.choices, blank=True)
    refund_cents = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["withdrawal"], condition=Q(what="found"), name="a_contract_is_found_once")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"

    @property
    def contract(self) -> Appointment | ServiceSubscription | None:
        return self.appointment or self.subscription
