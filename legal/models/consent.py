"""Consents, each apart: what somebody agreed to, until when, and the chain that proves each giving and each withdrawal."""

import datetime as dt
import hashlib
import json
import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import crypto
from common.models import ChainedEvidence
from legal.models.document import LegalVersion


class Topic(models.TextChoices):
    """What is consented to. The first is a category of cookies; the others are mails, each wanted or not by itself."""

    VIDEOS = "videos", _("Videos of other sites")
    NEWSLETTER = "newsletter", _("Newsletter")
    OFFERS = "offers", _("News of the site's services")
    SURVEYS = "surveys", _("Surveys")
    EVENTS = "events", _("Events of the site")


MAILS = (Topic.NEWSLETTER, Topic.OFFERS, Topic.SURVEYS, Topic.EVENTS)


class ConsentProof(ChainedEvidence):
    """One link: to what, what happened, and the document shown then. Whose it is stands in the detail."""

    class Event(models.TextChoices):
        GIVEN = "given", pgettext_lazy("consent", "given")
        CONFIRMED = "confirmed", pgettext_lazy("consent", "confirmed from the mail")
        RENEWED = "renewed", pgettext_lazy("consent", "renewed")
        WITHDRAWN = "withdrawn", pgettext_lazy("consent", "withdrawn")
        ENDED = "ended", pgettext_lazy("consent", "ended by itself")

    topic = models.CharField(max_length=12, choices=Topic.choices)
    event = models.CharField(max_length=10, choices=Event.choices)
    policy = models.ForeignKey(LegalVersion, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"#{self.sequence}"

    def chained_facts(self) -> list[str]:
        return [self.topic, self.event, str(self.policy_id or "")]


class ConsentDetail(models.Model):
    """What identifies the person; destroyed on erasure or at the end of its time, which leaves the chain valid. Never changed.

    `subject` is random: of a subscription, or of the choice that a browser keeps about cookies.
    """

    proof = models.OneToOneField(ConsentProof, on_delete=models.PROTECT, related_name="detail")
    subject = models.UUIDField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="consents")
    email = models.EmailField(blank=True)
    text = models.TextField(help_text="the exact words of the box or of the button")
    page = models.CharField(max_length=300)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    salt = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(Lower("email"), name="consent_detail_address")]

    def __str__(self) -> str:
        return f"detail of #{self.proof.sequence}"

    def expected_commitment(self, *, topic: str, event: str, recorded_at: dt.datetime) -> str:
        """SHA-256 of the salt, a line feed and the canonical JSON of everything else."""
        facts = {
            "agent": self.agent,
            "email": self.email,
            "event": event,
            "ip": self.ip,
            "page": self.page,
            "person": self.user_id,
            "recorded_at": recorded_at.astimezone(dt.UTC).isoformat(),
            "subject": str(self.subject),
            "text": self.text,
            "topic": topic,
        }
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(f"{self.salt}\n{text}".encode()).hexdigest()


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def active(self) -> "SubscriptionQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def of(self, email: str) -> "SubscriptionQuerySet":
        return self.filter(email__iexact=email)

    def by_token(self, token: str) -> "Subscription | None":
        return self.filter(token_hash=digest(token)).first()


class Subscription(models.Model):
    """Mails of one topic that one address wants. The row lives as long as the consent: withdrawing it deletes the row.

    `token` opens it to whoever received its mails. It is found by its hash, and sealed beside it for the next mails: a copy of
    the database without the keys opens nothing.
    """

    subject = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="what its proofs are about")
    email = models.EmailField(_("e-mail address"))
    topic = models.CharField(_("subject"), max_length=12, choices=[(each.value, each.label) for each in MAILS])
    token_hash = models.CharField(max_length=64, unique=True)
    token_sealed = models.TextField()
    asked_at = models.DateTimeField(help_text="when the confirmation was last asked for by mail")
    confirmed_at = models.DateTimeField(_("since"), null=True)
    last_contact_at = models.DateTimeField(
        help_text="the last time the person did something about it: its end counts from there"
    )
    renewal_asked_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [models.UniqueConstraint(Lower("email"), "topic", name="one_subscription_a_topic_and_address")]
        indexes = [
            models.Index(fields=["topic", "id"], condition=models.Q(confirmed_at__isnull=False), name="subscribed")
        ]

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def token(self) -> str:
        return crypto.decrypt(self.token_sealed)

    def set_token(self, token: str) -> None:
        self.token_hash, self.token_sealed = digest(token), crypto.encrypt(token)


def digest(token: str) -> str:
    """What the database keeps of a token; tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
