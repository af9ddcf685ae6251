"""The words that corrections lead to: only those that the index itself holds."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F


class SearchWord(models.Model):
    """A folded word by which at least one entry is found (`search.actions.words` writes them).

    `display` is how it was written (`énergétique`), `stem` what the index holds of it, `frequency` how many entries hold that
    stem, exact since the last night. Trigrams find what resembles it; GIN alone: GiST would be preferred, and is slower.
    """

    word = models.CharField(primary_key=True, max_length=40)
    display = models.CharField(max_length=60)
    stem = models.CharField(max_length=40, db_index=True)
    frequency = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="word_trigrams", fastupdate=False)]

    def __str__(self) -> str:
        return self.display
