"""What a person decided about their own data, from the account: copies, objections, restriction, wishes after death, the end."""

import datetime as dt
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import AppendOnlyModel
from common.sealed_files import private_storage


def copy_name(instance: models.Model, filename: str) -> str:
    """A name that nobody guesses and that says nothing of the person."""
    return f"copies/{uuid4().hex}.zip"


class DataCopy(models.Model):
    """A copy of everything that is held about the person: asked for, built by a task, read by its owner for a week."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("copy of the data", "Being prepared")
        READY = "ready", pgettext_lazy("copy of the data", "Ready")
        FAILED = "failed", pgettext_lazy("copy of the data", "Could not be prepared")
        ENDED = "ended", pgettext_lazy("copy of the data", "Deleted")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    file = models.FileField(storage=private_storage, upload_to=copy_name, blank=True, max_length=120)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    downloaded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="asked"), name="one_copy_at_a_time"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & Q(expires_at__isnull=False)),
                name="a_ready_copy_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"copy {self.pk}"


class ChoiceQuerySet(models.QuerySet["RightsChoice"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class RightsChoice(models.Model):
    """An objection to an activity, or the restriction of everything: stands until the person, or the legal team, lifts it.

    `before` is what the effect needs to put back what was.
    """

    class Kind(models.TextChoices):
        OBJECTION = "objection", pgettext_lazy("right", "Objection")
        RESTRICTION = "restriction", pgettext_lazy("right", "Restriction of the use")

    class Ground(models.TextChoices):
        """Article 18: when a person may ask that data be kept and not used."""

        ACCURACY = "accuracy", _("I contest that these data are accurate, while you check them")
        UNLAWFUL = "unlawful", _("Their use is unlawful, and I prefer that they be kept rather than erased")
        CLAIM = "claim", _("You need them no more, and I need them for a legal claim")
        OBJECTING = "objecting", _("I objected, while you examine my objection")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rights_choices")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    activity = models.SlugField(max_length=60, blank=True, help_text="empty for a restriction, which concerns them all")
    ground = models.CharField(_("reason"), max_length=10, choices=Ground.choices, blank=True)
    before = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField()
    hold = models.OneToOneField("legal.LegalHold", null=True, on_delete=models.PROTECT, related_name="restriction")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "activity"], condition=Q(lifted_at=None), name="one_standing_choice_of_a_right"
            ),
            models.CheckConstraint(
                condition=(Q(kind="restriction", activity="") & ~Q(ground=""))
                | (Q(kind="objection") & ~Q(activity="")),
                name="a_choice_says_of_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AfterDeathWish(AppendOnlyModel):
    """What is to become of the data after death (article 85 of the law of 1978): the last number stands, the others are its history.

    `particular`: of the activities named; otherwise of everything. A withdrawn wish is a row of its own.
    """

    class Fate(models.TextChoices):
        ERASE = "erase", _("Erase my data")
        KEEP = "keep", _("Keep my data for the time of the law, without showing them to anybody")
        COMMUNICATE = "communicate", _("Give a copy to the person whom I name, then erase them")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="after_death_wishes")
    number = models.PositiveIntegerField()
    withdrawn = models.BooleanField(default=False)
    activities = models.JSONField(default=list, help_text="of which it speaks; none: of everything")
    fate = models.CharField(max_length=11, choices=Fate.choices, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["user", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["user", "number"], name="one_wish_a_number"),
            models.CheckConstraint(condition=Q(withdrawn=True) | ~Q(fate=""), name="a_wish_says_what"),
        ]

    def __str__(self) -> str:
        return f"wish {self.number}"


class AfterDeathWords(models.Model):
    """Who carries a wish out, in the person's words; apart, because it ends with the account."""

    wish = models.OneToOneField(AfterDeathWish, primary_key=True, on_delete=models.PROTECT, related_name="words")
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.TextField(_("postal address"), max_length=300, blank=True)
    text = models.TextField(_("in your own words"), max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"words of {self.wish_id}"


class Death(models.Model):
    """The person of an account died: who of the team established it, by which document, what was done of the wishes."""

    class Outcome(models.TextChoices):
        WAITING = "", _("To be carried out")
        ERASED = "erase", _("Account erased")
        KEPT = "keep", _("Data kept, shown to nobody")
        COMMUNICATED = "communicate", _("Copy given, then account erased")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="death")
    document = models.CharField(_("reference of the document"), max_length=120)
    relation = models.CharField(_("who told us"), max_length=160)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True, default=Outcome.WAITING)
    reason = models.CharField(_("why, where no wish says it"), max_length=300, blank=True)
    carried_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(null=True)
    copy = models.OneToOneField(DataCopy, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"death {self.pk}"


class ClosingQuerySet(models.QuerySet["AccountClosing"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at=None)

    def due(self, now: dt.datetime) -> Self:
        return self.standing().filter(closed_at=None, closes_at__lte=now)


class AccountClosing(models.Model):
    """The person asked to close the account: it closes at `closes_at` unless they think better of it; the data end later."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closings")
    asked_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(cancelled_at=None), name="one_closing_at_a_time"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(cancelled_at=None), name="a_closed_account_was_not_kept"
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(cancelled_at=None), name="closings_standing")]

    def __str__(self) -> str:
        return f"closing {self.pk}"
