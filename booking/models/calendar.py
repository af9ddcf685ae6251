"""Other calendars: those that take a practitioner's time away, those appointments are written to, and the private feed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.group import GroupSession
from practitioners.models import Practitioner


class Names(models.TextChoices):
    """How much of a client's name is told to a calendar elsewhere. Nothing else of a client ever is."""

    NONE = "none", _("no name")
    FIRST = "first", _("first name")
    FULL = "full", _("first and last name")


class CalendarConnection(models.Model):
    """One link of a practitioner to a calendar elsewhere. What it fails at changes nothing but its own state."""

    class Kind(models.TextChoices):
        ICS = "ics", _("Calendar address (ICS)")
        CALDAV = "caldav", _("CalDAV")
        GOOGLE = "google", _("Google Calendar")

    class State(models.TextChoices):
        CHOOSING = "choosing", _("Calendars to choose")
        NEW = "new", _("First reading under way")
        WORKING = "working", _("Up to date")
        FAILING = "failing", _("Cannot be read for the moment")
        REFUSED = "refused", _("To be linked again")
        LEAVING = "leaving", _("Being unlinked")

    class Error(models.TextChoices):
        UNREACHABLE = "unreachable", _("The server of this calendar does not answer.")
        SLOW = "slow", _("The server of this calendar takes too long to answer.")
        SERVER = "server", _("The server of this calendar answers with an error of its own.")
        REFUSED = "refused", _("This calendar no longer accepts the access you gave.")
        GONE = "gone", _("There is no calendar at this address any more.")
        NOT_A_CALENDAR = "not_a_calendar", _("What is at this address is not a calendar.")
        INCOMPLETE = "incomplete", _("The calendar arrived incomplete. What was known is kept.")
        TOO_LARGE = "too_large", _("This calendar is too large to be read here (5 MB at most).")
        FORBIDDEN_ADDRESS = "forbidden_address", _("This address cannot be reached from here.")
        NOT_WRITTEN = "not_written", _("Some appointments could not be written to this calendar.")
        UNEXPECTED = "unexpected", _("Reading this calendar failed in an unexpected way. We have been told.")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="calendar_connections")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(_("name"), max_length=80)
    host = models.CharField(max_length=253, help_text="shown; the whole address is part of the secret")
    account = models.CharField(max_length=254, blank=True, help_text="the name one signs in with there, shown")
    secret = models.TextField(help_text="encrypted JSON: address, password, tokens")
    show_titles = models.BooleanField(
        _("show me the titles of these events"),
        default=False,
        help_text=_("Only in your own agenda; otherwise titles are not even kept."),
    )
    names = models.CharField(_("clients appear with"), max_length=5, choices=Names.choices, default=Names.FIRST)
    colour = models.CharField(max_length=7, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    created_at = models.DateTimeField()
    next_sync_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=20, choices=Error.choices, blank=True)
    last_error_detail = models.CharField(max_length=200, blank=True, help_text="for support; holds no secret")
    last_error_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the practitioner was written to about it")
    claim = models.CharField(max_length=36, blank=True, help_text="of the worker that reads it now")
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["next_sync_at"])]

    def __str__(self) -> str:
        return self.label


class ExternalCalendar(models.Model):
    """A calendar within a connection: an ICS address has one, a CalDAV account as many as it shows."""

    connection = models.ForeignKey(CalendarConnection, on_delete=models.CASCADE, related_name="calendars")
    href = models.CharField(max_length=1000, blank=True)
    name = models.CharField(max_length=120, blank=True)
    is_read = models.BooleanField(default=True, help_text="its events take time away")
    is_written = models.BooleanField(default=False, help_text="appointments are written to it")
    sync_token = models.CharField(max_length=1000, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True, help_text="when it was last read whole")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "href"], name="a_calendar_once_a_connection"),
            models.UniqueConstraint(
                fields=["connection"], condition=Q(is_written=True), name="one_calendar_is_written_to"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.href


class ExternalBusy(models.Model):
    """A time taken by an event elsewhere: one row an occurrence. They may overlap each other and appointments."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="external_busy")
    connection = models.ForeignKey(CalendarConnection, on_delete=models.CASCADE, related_name="busy")
    calendar = models.ForeignKey(ExternalCalendar, on_delete=models.CASCADE, related_name="busy")
    href = models.CharField(max_length=1000, blank=True, help_text="of the resource on a CalDAV server")
    uid = models.CharField(max_length=64, help_text="hash of the event's UID, which may be anything")
    recurrence = models.CharField(max_length=32, blank=True, help_text="which occurrence of a recurring event")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    summary = models.CharField(max_length=200, blank=True, help_text="only when the practitioner wants to see titles")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_external_event_lasts"),
            models.UniqueConstraint(
                fields=["calendar", "href", "uid", "recurrence"], name="an_external_occurrence_once"
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.starts_at:%Y-%m-%d %H:%M}"


class PublishedEvent(models.Model):
    """An appointment or group session in a calendar elsewhere. The row is written before the server is asked, so that whatever
    is killed in between is found again: `written` is what the server is known to have, empty until it said so."""

    connection = models.ForeignKey(CalendarConnection, on_delete=models.CASCADE, related_name="published")
    appointment = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(GroupSession, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    calendar = models.ForeignKey(ExternalCalendar, on_delete=models.CASCADE, related_name="published")
    href = models.CharField(max_length=1000)
    etag = models.CharField(max_length=200, blank=True)
    sequence = models.PositiveIntegerField(default=0, help_text="SEQUENCE of what was written")
    written = models.CharField(max_length=64, blank=True, help_text="fingerprint of what was written")
    written_at = models.DateTimeField(null=True, blank=True)
    removed_outside_at = models.DateTimeField(
        null=True, blank=True, help_text="deleted by its owner over there; the appointment stands"
    )
    note_read_at = models.DateTimeField(null=True, blank=True, help_text="when its owner read that it was deleted")
    suggested_start = models.DateTimeField(null=True, blank=True, help_text="where its owner moved it over there")
    suggested_end = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "appointment"], name="an_appointment_is_written_once"),
            models.UniqueConstraint(fields=["connection", "group"], name="a_group_is_written_once"),
            models.CheckConstraint(
                condition=Q(appointment__isnull=True, group__isnull=False)
                | Q(appointment__isnull=False, group__isnull=True),
                name="written_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.href


class CalendarFeed(models.Model):
    """The private address at which other calendars read a practitioner's appointments. A new one revokes the old one at once."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    secret = models.TextField(
        blank=True, help_text="the token, encrypted, to show the address again; erased when revoked"
    )
    names = models.CharField(_("clients appear with"), max_length=5, choices=Names.choices, default=Names.FIRST)
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"], condition=Q(revoked_at=None), name="one_feed_a_practitioner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.created_at:%Y-%m-%d}"
