"""By which searches people come to a page (P6): a month's count, of what was understood and never of what was typed."""

from django.db import models

from practitioners.models import Practitioner


class UsualSearch(models.Model):
    """`words`: practices, themes, needs and places by their names here, such as “Sophrologie · Lyon (69)”."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="usual_searches")
    month = models.DateField(db_index=True, help_text="its first day")
    words = models.CharField(max_length=160)
    address = models.CharField(max_length=300, help_text="the search itself, of what was understood")
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "month", "words"], name="one_count_a_page_month_and_search")
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.count}"
