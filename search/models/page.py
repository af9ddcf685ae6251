"""Editorial pages that the search offers above the results: whoever publishes one tells `search.actions.pages`."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class PageEntry(models.Model):
    page_id = models.PositiveBigIntegerField(primary_key=True)
    url = models.CharField(max_length=500)
    title = models.CharField(max_length=255)
    folded = models.CharField(max_length=300)
    summary = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, help_text="theme, article or page")
    terms = ArrayField(models.TextField())
    title_terms = ArrayField(models.TextField())
    refreshed_at = models.DateTimeField()

    class Meta:
        indexes = [GinIndex(fields=["terms"], name="page_terms", fastupdate=False)]

    def __str__(self) -> str:
        return self.title
