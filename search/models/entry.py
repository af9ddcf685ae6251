"""The denormalised row of a listed practitioner: the embedded index itself, and the source of any other engine's document."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Func

from practitioners.models import Practitioner


class SearchEntry(models.Model):
    """All that can be searched, counted, ordered or shown of one result. Written by `search.actions.entries` alone.

    `terms` holds what can be asked (`search.terms`), `digest` what can be counted (`search.digest`), `card` what is shown.
    `score` is in tenths (45 is 4.5). `version` grows with each change that matters to another engine: a trigger sets it.
    """

    practitioner = models.OneToOneField(
        Practitioner, primary_key=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    rank = models.BigIntegerField(help_text="packed by search.ranking; ascending is the Contract's order")
    digest = models.BinaryField()
    terms = ArrayField(models.TextField())
    online = models.BooleanField()
    score = models.PositiveSmallIntegerField()
    completeness = models.PositiveSmallIntegerField()
    partner = models.BooleanField()
    listed_on = models.DateField()
    card = models.JSONField()
    version = models.BigIntegerField(default=0, db_default=0, editable=False)
    stale_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField()

    class Meta:
        # No index on what an agenda changes: such an update then rewrites no index (docs/search-digest.md).
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
        indexes = [GistIndex(Func(F("longitude"), F("latitude"), function="point"), name="point_place")]

    def __str__(self) -> str:
        return self.label


class FacetBit(models.Model):
    """The number of a facet's value in the digests: given once, never given again to another."""

    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=120)
    bit = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facet", "value"], name="facet_value_once"),
            models.UniqueConstraint(fields=["facet", "bit"], name="facet_bit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.facet} {self.value}: {self.bit}"
