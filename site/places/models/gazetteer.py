"""The gazetteer: régions, départements and communes of France (source: `places/data/NOTICE.md`)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Concat


def words_of(field: str) -> Concat:
    """A folded name with a space before each of its words; the index below is on this very expression."""
    return Concat(models.Value(" "), models.F(field))


class Area(models.Model):
    """What a région and a département share. The coordinates are those of the most populated commune, in degrees."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=70, unique=True)
    folded = models.CharField(max_length=70)
    population = models.PositiveIntegerField(default=0)
    latitude = models.FloatField(default=0)
    longitude = models.FloatField(default=0)

    class Meta:
        abstract = True


class Region(Area):
    code = models.CharField(primary_key=True, max_length=2)

    def __str__(self) -> str:
        return self.name


class Department(Area):
    code = models.CharField(primary_key=True, max_length=3)
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
    folded = models.CharField(
        max_length=70, help_text="lower case, no accents, one space between words, saint spelt out"
    )
    postal_codes = ArrayField(models.CharField(max_length=5))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="communes")
    population = models.PositiveIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        indexes = [
            models.Index(fields=["folded"], name="commune_prefix", opclasses=["text_pattern_ops"]),
            GinIndex(fields=["postal_codes"], name="commune_postal_codes"),
            # Two plans for suggestions: common beginnings are met soon while walking down by population, …
            models.Index(fields=["-population", "insee"], name="commune_by_population"),
            # … rare ones are looked up. `LIKE '% word%'` on a name that begins with a space: the start of any of its words.
            GinIndex(OpClass(words_of("folded"), name="gin_trgm_ops"), name="commune_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """`Lyon 3e` for “Lyon 3e Arrondissement”, else the name."""
        return self.name.removesuffix(" Arrondissement")

    @property
    def label(self) -> str:
        """The name with what tells namesakes apart: `Saint-Denis (93)`. `places.lookup.resolve` reads it back."""
        name = self.short_name.replace("'", "’")  # the gazetteer writes straight apostrophes
        return f"{name} ({self.department_id})"


OVERSEAS_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
}
