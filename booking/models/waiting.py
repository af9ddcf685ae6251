"""The waiting list: who waits for a time, what was offered to whom, and the times that became free."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.group import GroupSession
from practitioners.models import Practitioner, Service


class WaitingEntry(models.Model):
    """Somebody who wants a time of one service. Among those whose wishes fit, who registered first is asked first."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Address to confirm")
        WAITING = "waiting", _("Waiting")
        BOOKED = "booked", _("Has booked")
        LEFT = "left", _("Left the list")
        REMOVED = "removed", _("Removed by the practitioner")
        OVER = "over", _("Dates are past")

    class Part(models.TextChoices):
        MORNING = "morning", _("Morning")
        AFTERNOON = "afternoon", _("Afternoon")
        EVENING = "evening", _("Evening, from 18:00")

    LIVE = ("unconfirmed", "waiting")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="waiting_entries")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="waiting_entries"
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"), help_text="in small letters")
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    # Wishes are on the clock of the place; an empty list is « any ».
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="0 is Monday")
    parts = ArrayField(models.CharField(max_length=10, choices=Part.choices), default=list, blank=True)
    first_day = models.DateField(_("from"))
    until = models.DateField(_("until"), help_text="the last day wanted; the entry ends after it")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    created_at = models.DateTimeField(help_text="what the order of the list is made of")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "service", "email"],
                condition=Q(state__in=["unconfirmed", "waiting"]),
                name="one_waits_once_for_a_service",
            ),
            models.CheckConstraint(condition=Q(until__gte=models.F("first_day")), name="waiting_days_in_order"),
            models.CheckConstraint(
                condition=Q(state__in=["unconfirmed", "waiting"], ended_at=None)
                | (~Q(state__in=["unconfirmed", "waiting"]) & Q(ended_at__isnull=False)),
                name="waiting_ends_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["practitioner", "created_at"], condition=Q(state="waiting"), name="who_waits_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.service}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class WaitingOffer(models.Model):
    """A time held for one person of the list until `expires_at`: an appointment whose key only the offer's link gives.

    The appointment's own hold lasts a little longer (see booking.actions.waiting_offers), so that a time which nobody took
    goes to the next person before anybody else can see it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for the answer")
        ACCEPTED = "accepted", _("Being booked")
        BOOKED = "booked", _("Booked")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("No answer in time")
        DROPPED = "dropped", _("Accepted, then not booked")

    GOING_ON = ("open", "accepted")

    entry = models.ForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="offers")
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="waiting_offer")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    by_hand = models.BooleanField(default=False, help_text="the practitioner chose this person, out of turn")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=["open", "accepted"]), name="one_offer_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="offers_to_expire")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.appointment.starts_at:%Y-%m-%d %H:%M}"


class FreedTime(models.Model):
    """A range, or a seat of a group session, that stopped being taken while somebody waits for this practitioner.

    Written by triggers only (whatever frees a time is seen), settled once everybody whose wishes fit was asked or nobody is left.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    group = models.ForeignKey(GroupSession, null=True, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    freed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.starts_at:%Y-%m-%d %H:%M}"
