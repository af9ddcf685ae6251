"""The platform's mean rating that enters every review score: frozen and dated, so that scores can be explained (S4)."""

from django.db import models


class RankingPrior(models.Model):
    """`mean_milli` is the mean of all published ratings in thousandths (4275 is 4.275), over `reviews` of them."""

    day = models.DateField(unique=True)
    mean_milli = models.PositiveIntegerField()
    reviews = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mean_milli__gte=1000, mean_milli__lte=5000), name="prior_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.mean_milli / 1000:.3f}"
