"""The gazetteer: régions, départements and communes of France (source: `places/data/NOTICE.md`)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Region(models.Model):
    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=70, unique=True)

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    code = models.CharField(primary_key=True, max_length=3)
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=70, unique=True)
    folded = models.CharField(max_length=70)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="departments")

    def __str__(self) -> str:
        return self.name

    @property
    def timezone(self) -> str:
        """IANA zone of local time in the département."""
        return OVERSEAS_ZONES.get(self.code, "Europe/Paris")


class Commune(models.Model):
    """A commune, or an arrondissement of Paris, Lyon or Marseille. Coordinates are WGS 84 degrees."""

    insee = models.CharField(primary_key=True, max_length=5)
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=80, unique=True)
    folded = models.CharField(max_length=70, help_text="lower case, no accents, one space between words, saint spelt out")
    postal_codes = ArrayField(models.CharField(max_length=5))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="communes")
    population = models.PositiveIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        indexes = [
            models.Index(fields=["folded"], name="commune_prefix", opclasses=["text_pattern_ops"]),
            GinIndex(fields=["postal_codes"], name="commune_postal_codes"),
        ]

    def __str__(self) -> str:
        return self.name


OVERSEAS_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
}
