"""How much a public page was used on a day (P6): numbers, and nothing of who used it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models.practitioner import Practitioner


class PageFigure(models.Model):
    class What(models.TextChoices):
        VIEW = "view", _("Visits")
        PHONE = "phone", _("Number shown")
        MESSAGE = "message", _("Messages")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="page_figures")
    day = models.DateField(db_index=True, help_text="in Paris")
    what = models.CharField(max_length=8, choices=What.choices)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "day", "what"], name="one_figure_a_page_day_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.day} {self.what} {self.count}"
