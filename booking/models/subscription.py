"""Subscriptions to optional paid services: who, what was agreed to, and where it stands.

What was agreed to never changes; the state moves by the steps of `booking.subscription_states`, each kept as an event. The
database refuses anything else, and a second living subscription of one service.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.models.paid_service import PaidService, PaidServiceVersion
from common.models import AppendOnlyModel
from practitioners.models import Practitioner


def new_reference() -> str:
    """Ours for ever: keys of what is asked of Stripe derive from it."""
    return secrets.token_hex(5).upper()


class ServiceSubscriber(models.Model):
    """Who subscribes, as Stripe's customer. Practitioners today; a structure gets its own column beside theirs."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="service_subscriber")
    customer_id = models.CharField(max_length=64, null=True, blank=True, unique=True)

    def __str__(self) -> str:
        return str(self.practitioner_id)


class ServiceSubscription(models.Model):
    class State(models.TextChoices):
        CREATING = "creating", _("Being opened")
        OPEN = "open", _("Waiting for its payment")
        ACTIVE = "active", _("Running")
        PAST_DUE = "past_due", _("A payment failed")
        ENDED = "ended", pgettext_lazy("subscription", "Ended")
        ABANDONED = "abandoned", _("Not paid")

    LIVE = (State.CREATING, State.OPEN, State.ACTIVE, State.PAST_DUE)
    RUNNING = (State.ACTIVE, State.PAST_DUE)

    reference = models.CharField(max_length=10, unique=True, default=new_reference, editable=False)
    # What was agreed to: never changes.
    subscriber = models.ForeignKey(ServiceSubscriber, on_delete=models.PROTECT, related_name="subscriptions")
    service = models.ForeignKey(PaidService, on_delete=models.PROTECT, related_name="subscriptions")
    version = models.ForeignKey(PaidServiceVersion, on_delete=models.PROTECT, related_name="subscriptions")
    service_name = models.CharField(max_length=80)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    agreement = models.TextField(help_text="the text of each box that was ticked, and of the button")
    starts_at_once = models.BooleanField(help_text="asked for before the end of the time to withdraw")
    # How it stands.
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CREATING)
    attempts = models.PositiveSmallIntegerField(default=0)
    session_id = models.CharField(max_length=128, null=True, blank=True, unique=True)
    session_url = models.URLField(max_length=600, blank=True)
    session_expires_at = models.DateTimeField()
    stripe_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    ends_with_period = models.BooleanField(default=False, help_text="what the subscriber wants")
    told_stripe = models.BooleanField(default=True, help_text="whether Stripe was told what the subscriber wants")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    pay_url = models.URLField(max_length=600, blank=True, help_text="Stripe's page of the invoice that is not paid")
    unpaid_cents = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True, help_text="when Stripe was last read")
    send_to = models.EmailField(_("e-mail address of your accountant"), blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "service"],
                condition=Q(state__in=["creating", "open", "active", "past_due"]),
                name="one_living_subscription_of_a_service",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "past_due", "ended"])
                | Q(stripe_id__isnull=False, begun_at__isnull=False, period_end__isnull=False),
                name="what_runs_is_known_at_stripe",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at=None)),
                name="a_subscription_ends_when_it_ended",
            ),
        ]
        indexes = [models.Index(fields=["state", "read_at"], name="subscriptions_to_read_again")]

    def __str__(self) -> str:
        return f"{self.service_name} ({self.reference})"

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def is_behind(self) -> bool:
        return self.state == self.State.PAST_DUE

    @property
    def practitioner(self) -> Practitioner:
        return self.subscriber.practitioner


class SubscriptionEvent(AppendOnlyModel):
    """One step of a subscription; `before` and `after` are the same for what leaves the state (cancelling, withdrawing)."""

    subscription = models.ForeignKey(ServiceSubscription, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=12)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)
    written_in = models.BigIntegerField(
        db_default=models.Func(function="txid_current", output_field=models.BigIntegerField()), editable=False
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.step}"
