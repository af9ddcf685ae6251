"""The denormalised row of a listed practitioner: the embedded index itself, and the source of any other engine's document."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from practitioners.models import Practitioner


class SearchEntry(models.Model):
    """All that can be searched, counted, ordered or shown of one result. Written by `search.actions.entries` alone.

    `terms` holds the folded and stemmed words, and what is exact under a prefix (`search.terms`): one index answers both.
    `score` is in tenths (45 is 4.5), prices in cents, `free` the parts of local days with a free time (`search.agenda`).
    """

    practitioner = models.OneToOneField(
        Practitioner, primary_key=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    rank = models.BigIntegerField(help_text="packed by search.ranking; ascending is the Contract's order")
    terms = ArrayField(models.TextField())
    practices = ArrayField(models.TextField(), default=list)
    themes = ArrayField(models.TextField(), default=list)
    modes = ArrayField(models.TextField(), default=list)
    languages = ArrayField(models.TextField(), default=list)
    payments = ArrayField(models.TextField(), default=list)
    step_free = models.BooleanField(default=False)
    price_min_cents = models.PositiveIntegerField(null=True)
    online = models.BooleanField()
    score = models.PositiveSmallIntegerField()
    completeness = models.PositiveSmallIntegerField()
    partner = models.BooleanField()
    listed_on = models.DateField()
    next_free = models.DateTimeField(null=True)
    stale_at = models.DateTimeField(null=True, db_index=True)
    free = ArrayField(models.TextField(), default=list)
    card = models.JSONField()
    refreshed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["terms"], name="entry_terms", fastupdate=False),
            models.Index(fields=["rank"], name="entry_rank"),
        ]

    def __str__(self) -> str:
        return str(self.card.get("name", self.pk))


class SearchPoint(models.Model):
    """Where an entry can be found: a unit vector (`search.geo`), and how far home visits reach from it.

    `home_cos` is the cosine of the home radius, 2 (never reached) where there are none; degrees serve the bounding box.
    """

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="points")
    latitude = models.FloatField()
    longitude = models.FloatField()
    x = models.FloatField()
    y = models.FloatField()
    z = models.FloatField()
    home_cos = models.FloatField(default=2)
    receives = models.BooleanField(default=True, help_text="false: only where home visits start from")
    label = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="point_box")]

    def __str__(self) -> str:
        return self.label
