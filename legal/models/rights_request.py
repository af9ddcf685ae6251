"""Requests about one's personal data (GDPR articles 12 and 15 to 22, article 85 of the law of 1978), whoever brings them and how.

The steps are evidence and are only ever added; who asked, and the words of each step, stand aside and end when their time comes.
"""

import datetime as dt
from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import AppendOnlyModel
from common.sealed_files import private_storage

LONGEST = 5000


def private_name(instance: models.Model, filename: str) -> str:
    """A name that nobody guesses and that says nothing of the person."""
    return f"rights/{uuid4().hex}{PurePath(filename).suffix[:8].lower()}"


class RightsRequest(models.Model):
    class Kind(models.TextChoices):
        ACCESS = "access", pgettext_lazy("right", "Access to the data")
        RECTIFICATION = "rectification", pgettext_lazy("right", "Rectification")
        ERASURE = "erasure", pgettext_lazy("right", "Erasure")
        OBJECTION = "objection", pgettext_lazy("right", "Objection")
        RESTRICTION = "restriction", pgettext_lazy("right", "Restriction of the use")
        PORTABILITY = "portability", pgettext_lazy("right", "Portability")
        AFTER_DEATH = "after_death", pgettext_lazy("right", "Instructions after death")

    class Channel(models.TextChoices):
        FORM = "form", pgettext_lazy("channel", "Form")
        EMAIL = "email", pgettext_lazy("channel", "E-mail")
        POST = "post", pgettext_lazy("channel", "Post")

    class State(models.TextChoices):
        OPEN = "open", _("To be answered")
        ASKED = "asked", _("Information requested")
        FORWARDED = "forwarded", _("With the practitioner")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", pgettext_lazy("request", "Refused")

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    kind = models.CharField(_("right"), max_length=14, choices=Kind.choices)
    channel = models.CharField(_("came by"), max_length=5, choices=Channel.choices)
    received_on = models.DateField(_("received on"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    due_on = models.DateField(_("answer due by"), help_text="the last day; the facts below give it")
    extended = models.BooleanField(default=False, help_text="by two months, told within the first one")
    # While a proof of identity is awaited the clock stands still (decree 2019-536, article 77).
    paused_on = models.DateField(null=True, blank=True)
    paused_days = models.PositiveSmallIntegerField(default=0)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("in charge"),
    )  # fmt: skip
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("account"), help_text="found by the team, or signed in when asking",
    )  # fmt: skip
    signed_in = models.BooleanField(default=False, help_text="it was asked from the account itself")
    practitioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("practitioner"), help_text="the controller it was handed to: the account of the practitioner",
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True, help_text="the day it was, in Paris")

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_at=None), name="rights_requests_due")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state__in=["answered", "refused"]) & Q(answered_at__isnull=False, answered_on__isnull=False)
                )
                | (Q(state__in=["open", "asked", "forwarded"]) & Q(answered_at=None, answered_on=None)),
                name="an_answered_right_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="forwarded") | Q(practitioner__isnull=False), name="a_forwarded_right_has_its_owner"
            ),
            models.CheckConstraint(
                condition=Q(paused_on=None) | Q(state="asked"), name="only_an_asked_right_stands_still"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_ended(self) -> bool:
        return self.answered_at is not None

    @property
    def was_late(self) -> bool:
        return self.answered_on is not None and self.answered_on > self.due_on

    def days_left(self, today: dt.date) -> int:
        """Below nought: so many days late."""
        return (self.due_on - today).days


class RightsPerson(models.Model):
    """Who asks and what, as it was said: never changed, gone with the retention."""

    request = models.OneToOneField(RightsRequest, primary_key=True, on_delete=models.PROTECT, related_name="person")
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    postal_address = models.TextField(_("postal address"), max_length=500, blank=True)
    about = models.CharField(
        _("practitioner concerned"), max_length=160, blank=True, help_text=_("As the person names them.")
    )
    text = models.TextField(_("what is asked"), max_length=LONGEST, blank=True)

    def __str__(self) -> str:
        return str(self.request_id)


class RightsEvent(AppendOnlyModel):
    class What(models.TextChoices):
        RECEIVED = "received", _("Request received")
        TAKEN = "taken", _("Taken in charge")
        ACCOUNT = "account", _("Account found")
        ASKED = "asked", _("Precision requested")
        DOUBTED = "doubted", _("Proof of identity requested")
        ADDED = "added", _("Precision given by the person")
        PROVED = "proved", _("Proof of identity received")
        SEEN = "seen", _("Proof of identity seen, then deleted")
        UNSEEN = "unseen", _("Proof of identity not convincing, deleted")
        EXTENDED = "extended", _("Extended by two months")
        FORWARDED = "forwarded", _("Handed to the practitioner")
        RETURNED = "returned", _("Given back by the practitioner")
        NOTED = "noted", _("Note of the team")
        ALARMED = "alarmed", _("Alarm sent to the team")
        ANSWERED = "answered", pgettext_lazy("right", "Answered")
        REFUSED = "refused", _("Refused with reasons")

    class By(models.TextChoices):
        PERSON = "person", _("the person")
        TEAM = "team", _("the team")
        PRACTITIONER = "practitioner", _("the practitioner")
        SYSTEM = "system", _("the platform")

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What.choices)
    by = models.CharField(max_length=12, choices=By.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_on = models.DateField(help_text="what the clock said after it")
    number = models.SmallIntegerField(default=0, help_text="of an alarm: days that were left, below nought when late")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number", "due_on"],
                condition=Q(what="alarmed"),
                name="one_rights_alarm_of_each_kind",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(what__in=["answered", "refused"]), name="a_right_is_answered_once"
            ),
            models.UniqueConstraint(fields=["request"], condition=Q(what="extended"), name="a_right_is_extended_once"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class RightsWords(models.Model):
    """What was written at a step: never changed, and gone with the retention."""

    event = models.OneToOneField(RightsEvent, primary_key=True, on_delete=models.PROTECT, related_name="words")
    text = models.TextField(max_length=20_000)

    def __str__(self) -> str:
        return str(self.event_id)


class IdentityProof(models.Model):
    """A copy of an identity document, asked for in doubt: it goes as soon as it was seen, in three months at most."""

    class Document(models.TextChoices):
        ID_CARD = "id_card", _("French or European identity card")
        PASSPORT = "passport", _("Passport")
        RESIDENT_CARD = "resident_card", _("Resident card")
        RESIDENCE_PERMIT = "residence_permit", _("Residence permit")
        CIRCULATION = "circulation", _("Circulation booklet")

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="proofs")
    document = models.CharField(_("document"), max_length=16, choices=Document.choices)
    file = models.FileField(upload_to=private_name, storage=private_storage, max_length=300)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"proof {self.pk}"


class RightsFile(models.Model):
    """What is joined to an answer, behind its link; the file goes three months after the answer."""

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    file = models.FileField(upload_to=private_name, storage=private_storage, max_length=300)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"file {self.pk}"


class AnswerTemplate(AppendOnlyModel):
    """How the team answers, as it words it: the last number stands, the others are its history."""

    key = models.SlugField(max_length=30)
    number = models.PositiveIntegerField()
    text = models.TextField(_("text"), max_length=LONGEST)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("template of an answer")
        ordering = ["key", "-number"]
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="one_answer_template_a_number")]

    def __str__(self) -> str:
        return f"{self.key} – v{self.number}"
