"""An alert by e-mail on a search, what it already told, and the consent that it stands on."""

import datetime as dt
import hashlib
import json
import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common import crypto
from common.models import ChainedEvidence
from legal.models import LegalVersion
from practitioners.models import Practitioner


class SearchAlertQuerySet(models.QuerySet["SearchAlert"]):
    def active(self, today: dt.date) -> "SearchAlertQuerySet":
        """Confirmed, and not at its end."""
        return self.filter(confirmed_at__isnull=False, ends_on__gte=today)

    def of(self, email: str) -> "SearchAlertQuerySet":
        return self.filter(email__iexact=email)

    def by_token(self, token: str) -> "SearchAlert | None":
        return self.filter(token_hash=digest(token)).first()


class SearchAlert(models.Model):
    """Rows live as long as the alert: stopping or ending one deletes it, what proves the consent stands apart.

    `token` opens the alert to whoever received its mails. It is found by its hash, and sealed beside it for the next mails:
    a copy of the database without the keys opens nothing.
    """

    subject = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="what its consents are about")
    email = models.EmailField(_("e-mail address"))
    query = models.CharField(_("search"), max_length=900, help_text="canonical address: search.alerts.canonical")
    label = models.CharField(_("search in words"), max_length=300)
    waits_for_time = models.BooleanField(default=False, help_text="for a free time, not only for a listing")
    months = models.PositiveSmallIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    token_sealed = models.TextField()
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(help_text="when the confirmation was last asked for by mail")
    confirmed_at = models.DateTimeField(null=True)
    ends_on = models.DateField(help_text="the last day")
    last_run_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    sent = models.PositiveIntegerField(default=0, help_text="how many mails announced somebody")

    objects = SearchAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        constraints = [models.UniqueConstraint(Lower("email"), "query", name="one_alert_a_search_and_address")]
        indexes = [
            models.Index(
                models.F("last_run_at").asc(nulls_first=True),
                condition=models.Q(confirmed_at__isnull=False),
                name="alert_to_run",
            )
        ]

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def token(self) -> str:
        return crypto.decrypt(self.token_sealed)

    def set_token(self, token: str) -> None:
        self.token_hash, self.token_sealed = digest(token), crypto.encrypt(token)

    @property
    def search_url(self) -> str:
        return f"/recherche/?{self.query}"


class AlertSighting(models.Model):
    """Who is known to an alert: there when it was confirmed, or announced since. Announcing somebody is adding this row.

    `present` is false for who, in an alert on free times, has had none since: a time of theirs will be news again.
    """

    alert = models.ForeignKey(SearchAlert, on_delete=models.CASCADE, related_name="sightings")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    announced_at = models.DateTimeField(null=True, help_text="empty: was there from the start")
    present = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "practitioner"], name="known_once_to_an_alert")]

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.practitioner_id}"


class AlertConsent(ChainedEvidence):
    """One link of the proof: what happened, and the privacy policy shown then. Whose it is stands in the detail."""

    class Event(models.TextChoices):
        GIVEN = "given", _("box ticked")
        CONFIRMED = "confirmed", _("confirmed from the mail")
        EXTENDED = "extended", _("extended")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("at its end")

    event = models.CharField(max_length=10, choices=Event.choices)
    policy = models.ForeignKey(LegalVersion, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("consent to an alert")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"#{self.sequence}"

    def chained_facts(self) -> list[str]:
        return [self.event, str(self.policy_id or "")]


class AlertConsentDetail(models.Model):
    """What identifies the person; deleted at the end of its retention, which leaves the chain valid. Never changed."""

    consent = models.OneToOneField(AlertConsent, on_delete=models.PROTECT, related_name="detail")
    subject = models.UUIDField(db_index=True)
    email = models.EmailField()
    text = models.TextField(help_text="the exact words of the box or of the button")
    label = models.CharField(max_length=300, help_text="the search, in the words shown")
    page = models.CharField(max_length=300)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"detail of #{self.consent.sequence}"

    def expected_commitment(self, *, event: str, recorded_at: dt.datetime) -> str:
        """SHA-256 of the salt, a line feed and the canonical JSON of everything else."""
        facts = {
            "agent": self.agent,
            "email": self.email,
            "event": event,
            "ip": self.ip,
            "label": self.label,
            "page": self.page,
            "recorded_at": recorded_at.astimezone(dt.UTC).isoformat(),
            "subject": str(self.subject),
            "text": self.text,
        }
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(f"{self.salt}\n{text}".encode()).hexdigest()


def digest(token: str) -> str:
    """What the database keeps of a token; tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
