"""When a practitioner receives: weekly rules in local time, dated closures, and how bookings are taken."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models import PracticePlace, Practitioner
from practitioners.models.service import Mode


class OpeningRule(models.Model):
    """A weekly range on the clock of its place (Paris without one), never in UTC: 9:00 stays 9:00 when the clocks change.

    A range open on one date only has `valid_from` = `valid_until`. Parity is that of the ISO week number; `ALTERNATE` is every
    other week counted from the week of `valid_from`, whatever the numbers (a year of 53 weeks has two odd ones in a row).
    """

    class Parity(models.TextChoices):
        ALL = "all", _("Every week")
        EVEN = "even", _("Even weeks")
        ODD = "odd", _("Odd weeks")
        ALTERNATE = "alt", _("Every other week, from a date")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="opening_rules")
    place = models.ForeignKey(
        PracticePlace, null=True, blank=True, on_delete=models.CASCADE, related_name="opening_rules"
    )
    modes = ArrayField(models.CharField(max_length=10, choices=Mode.choices), verbose_name=_("where"))
    weekday = models.PositiveSmallIntegerField(_("day"), help_text="0 is Monday")
    start = models.TimeField(_("from"))
    end = models.TimeField(_("to"))
    valid_from = models.DateField(_("from this day"), null=True, blank=True)
    valid_until = models.DateField(_("until this day"), null=True, blank=True)
    parity = models.CharField(_("weeks"), max_length=4, choices=Parity.choices, default=Parity.ALL)

    class Meta:
        ordering = ["weekday", "start"]
        constraints = [
            models.CheckConstraint(condition=models.Q(start__lt=models.F("end")), name="opening_ends_after_it_starts"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_on_a_day_of_the_week"),
            models.CheckConstraint(condition=models.Q(modes__len__gt=0), name="opening_for_some_mode"),
            models.CheckConstraint(
                condition=models.Q(place__isnull=False) | ~models.Q(modes__contains=["cabinet"]),
                name="receiving_at_the_practice_needs_a_place",
            ),
            models.CheckConstraint(
                condition=~models.Q(parity="alt") | models.Q(valid_from__isnull=False),
                name="alternating_counts_from_a_date",
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "weekday"])]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start:%H:%M}–{self.end:%H:%M}"


class Closure(models.Model):
    """Days, or a part of them when both times are set, without any session. Dates are those of each place."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("Closed")
        BLOCK = "block", _("Time of one's own")
        HOLIDAY = "holiday", _("Holidays")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="closures")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CLOSED)
    place = models.ForeignKey(
        PracticePlace,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="closures",
        verbose_name=_("place"),
        help_text=_("Empty: everywhere."),
    )
    source = models.CharField(
        max_length=60,
        blank=True,
        help_text="the calendar it was taken from, such as school:A:2027-02-13 or public:2027-05-01",
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    start = models.TimeField(_("from (time)"), null=True, blank=True)
    end = models.TimeField(_("to (time)"), null=True, blank=True)
    note = models.CharField(
        _("private note"), max_length=120, blank=True, help_text=_("Never shown to anybody but you.")
    )

    class Meta:
        ordering = ["first_day", "start"]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="closure_in_order"),
            models.CheckConstraint(
                condition=models.Q(start=None, end=None) | models.Q(start__isnull=False, end__gt=models.F("start")),
                name="closure_times_both_or_none",
            ),
            models.UniqueConstraint(
                fields=["practitioner", "source"], condition=~models.Q(source=""), name="a_calendar_closes_once"
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "last_day"])]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


def default_tiers() -> list[dict[str, int]]:
    return [{"hours_before": 24, "percent": 100}]


def validate_tiers(value: object) -> None:
    """A list of {hours_before, percent}, from the earliest to the latest moment, giving back less and less."""
    if not isinstance(value, list) or len(value) > 5:
        raise ValidationError(_("Up to five lines."), code="tiers")
    hours, percent = 24 * 366, 101
    for tier in value:
        fits = isinstance(tier, dict) and set(tier) == {"hours_before", "percent"}
        if not fits or not all(isinstance(number, int) for number in tier.values()):
            raise ValidationError(_("Each line is a number of hours and a percentage."), code="tiers")
        if not 0 <= tier["hours_before"] < hours or not 0 <= tier["percent"] < percent:
            raise ValidationError(
                _("Each line must be closer to the session and give back less than the one before."), code="tiers"
            )
        hours, percent = tier["hours_before"], tier["percent"]


class BookingSettings(models.Model):
    """How a practitioner takes bookings; without a row, these defaults hold (`settings_of` in booking.policies.offer)."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.CASCADE, related_name="booking_settings")
    minimum_notice_minutes = models.PositiveIntegerField(
        _("minimum notice"), default=120, validators=[MaxValueValidator(30 * 24 * 60)]
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("bookings open (days ahead)"), default=60, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    slot_step_minutes = models.PositiveSmallIntegerField(
        _("a time every (minutes)"), default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    daily_maximum = models.PositiveSmallIntegerField(_("sessions a day at most"), null=True, blank=True)
    home_travel_minutes = models.PositiveSmallIntegerField(
        _("on the road before and after a session at home (minutes)"), default=0, validators=[MaxValueValidator(240)]
    )
    move_hours = models.PositiveSmallIntegerField(
        _("clients may move until (hours before)"), default=24, validators=[MaxValueValidator(24 * 30)]
    )
    most_moves = models.PositiveSmallIntegerField(
        _("how often"), default=2, validators=[MaxValueValidator(20)], help_text=_("0: never")
    )
    cancellation_tiers = models.JSONField(
        _("cancellation"), default=default_tiers, validators=[validate_tiers], blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(horizon_days__gte=1, horizon_days__lte=365), name="horizon_within_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(slot_step_minutes__gte=5, slot_step_minutes__lte=240), name="slot_step_between"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}"


class TravelTime(models.Model):
    """Minutes on the road between two places of a practitioner, the same both ways; `first_place` has the smaller id."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="travel_times")
    first_place = models.ForeignKey(PracticePlace, on_delete=models.CASCADE, related_name="+")
    second_place = models.ForeignKey(PracticePlace, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MaxValueValidator(480)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first_place", "second_place"], name="one_time_between_two_places"),
            models.CheckConstraint(
                condition=models.Q(first_place__lt=models.F("second_place")), name="places_of_a_journey_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_place_id} – {self.second_place_id}"
