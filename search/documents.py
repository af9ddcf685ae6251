"""The document of an entry, for Elasticsearch: made of the very row that the embedded engine searches, so that both agree.

A pure function of the row, with nothing read elsewhere and no clock: what is free is said in the digest's ring of days, as the
embedded engine reads it. docs/search-elasticsearch.md explains each field.
"""

from collections.abc import Iterable
from functools import cache
from itertools import combinations
from typing import Any

from django.conf import settings
from django_elasticsearch_dsl import Document, fields
from django_elasticsearch_dsl.registries import DocumentRegistry
from elasticsearch.dsl import MetaField

from search import digest, vocabulary
from search.digest import FIXED_BIT, MODES, MOMENTS, NEVER, NO_DAY, PARTS
from search.models import SearchEntry
from search.ranking import score_of

# Grows with any change of the mapping or of what a document says: an index of another version has to be built anew.
VERSION = 2
# Home visits reach one of these (a constraint of the practitioners' table): each is one circle to ask for.
HOME_RADII = (5, 10, 20, 30, 50, 100)
# Nobody asks for a longer word: a question has 200 characters.
LONGEST_TERM = 1000
ANY_MODE = "x"
MODE_LETTERS = dict(zip(MODES, "cvd", strict=True))
PART_LETTERS = dict(zip(PARTS, "mas", strict=True))
MODE_SETS = tuple(chosen for size in range(1, len(MODES) + 1) for chosen in combinations(MODES, size))
_PARTS = tuple(PART_LETTERS.values())


def facet(name: str, value: str) -> str:
    """One value of one facet, as the `facets` field holds it."""
    return f"{name}:{value}"


def free_term(mode: str, part: str, bit: int) -> str:
    """A free time in a mode (or `ANY_MODE`) at a part of the day whose ring bit this is: `cm07`."""
    return f"{MODE_LETTERS.get(mode, ANY_MODE)}{PART_LETTERS[part]}{bit:02d}"


def next_field(modes: Iterable[str]) -> str:
    """The field of the next free minute in any of these modes."""
    chosen = set(modes)
    return "next_" + "".join(letter for mode, letter in MODE_LETTERS.items() if mode in chosen)


_NEXT_FIELDS = [(next_field(chosen), tuple(map(MODES.index, chosen))) for chosen in MODE_SETS]


def document(entry: SearchEntry) -> dict[str, Any]:
    """What the index holds of an entry; its `_id` is the practitioner's number."""
    row = digest.decode(bytes(entry.digest))[0]
    rank, said, points = int(row["rank"]), entry.card["facets"], entry.card["points"]
    score = score_of(rank)
    receiving = [_point(*point[:2]) for point in points if point[2]]
    home_km = entry.card["home_radius_km"]
    if home_km and home_km not in HOME_RADII:
        raise ValueError(f"a home radius that no question asks for: {home_km} km")
    found = {
        "id": entry.practitioner_id,
        "version": entry.version,
        "rank": rank,
        "terms": list(entry.terms),
        "facets": _facets(said, int(row["price"]), score) + _moments(int(row["moments"])),
        "score": score,
        "price": None if row["price"] == NEVER else int(row["price"]),
        "free": _free(row["free"]),
        "day": None if min(row["day"]) == NO_DAY else int(min(row["day"])),
        "points": [_point(*point[:2]) for point in points],
        "receiving": receiving,
        "several": len(receiving) > 1,
        "home": _point(*points[0][:2]) if home_km and points else None,
        "home_km": home_km if home_km and points else None,
        "main": next(iter(said["pratique"]), ""),
        "cell": _cell(*points[0][:2]) if points else -1,
    }
    minutes = row["next"].tolist()
    for name, places in _NEXT_FIELDS:
        first = min(minutes[place] for place in places)
        found[name] = None if first == NEVER else first
    return found


def _point(latitude: float, longitude: float) -> dict[str, float]:
    return {"lat": latitude, "lon": longitude}


def _cell(latitude: float, longitude: float) -> int:
    """A quarter of a degree, row by row: documents found together lie together."""
    return int((latitude + 90) * 4) * 1440 + int((longitude + 180) * 4)


def _facets(said: dict[str, list[str]], price: int, score: int) -> list[str]:
    values = [facet(name, value) for name in digest.CAPACITY for value in said[name]]
    values += [
        facet(name, value)
        for name in ("mode", "paiement", "acces")
        for value in said[name]
        if (name, value) in FIXED_BIT
    ]
    values += [facet("prix_max", str(euros)) for euros in vocabulary.PRICES if price <= euros * 100]
    values += [facet("note_min", value) for value in vocabulary.SCORES if score >= round(float(value) * 10)]
    return values


def _moments(noted: int) -> list[str]:
    """The moments of any mode, as the head of the digest notes them: counted with the other values, at no cost of their own."""
    return [facet("moment", moment) for moment in MOMENTS if noted & digest.moments_mask(MODES, moment)]


def _free(bitmaps: Any) -> list[str]:
    """One term for each free (mode, part, day), and one for each (any mode, part, day)."""
    found: list[str] = []
    any_mode = [0] * len(PARTS)
    for letter, parts in zip(MODE_LETTERS.values(), bitmaps.tolist(), strict=True):
        for p, days in enumerate(parts):
            if days:
                any_mode[p] |= days
                found += _terms_of(letter + _PARTS[p], days)
    for p, days in enumerate(any_mode):
        found += _terms_of(ANY_MODE + _PARTS[p], days)
    return found


def _terms_of(prefix: str, days: int) -> list[str]:
    found: list[str] = []
    for place in range(0, digest.RING, 8):
        if byte := days >> place & 255:
            found += _terms_of_byte(prefix, place, byte)
    return found


@cache
def _terms_of_byte(prefix: str, place: int, byte: int) -> list[str]:
    """Twelve prefixes, eight bytes: at most 24 000 short lists, which all entries share."""
    return [f"{prefix}{place + bit:02d}" for bit in range(8) if byte >> bit & 1]


# Not the library's own registry: its command would delete the index that answers before filling the next.
registry = DocumentRegistry()


def _exact(**options: Any) -> fields.KeywordField:
    """A keyword that is only asked for, never counted or sorted by."""
    return fields.KeywordField(doc_values=False, **options)


def _sorted_by() -> fields.LongField:
    return fields.LongField(index=False)


@registry.register_document
class EntryDocument(Document):
    """The mapping. Nothing is kept of the source: cards are read from the database, so a withdrawal acts at once."""

    id = fields.LongField()
    version = _sorted_by()
    rank = _sorted_by()
    terms = _exact(ignore_above=LONGEST_TERM)
    facets = fields.KeywordField(eager_global_ordinals=True)
    score = fields.IntegerField()
    price = fields.LongField()
    free = _exact()
    day = fields.IntegerField()
    points = fields.GeoPointField()
    receiving = fields.GeoPointField()
    several = fields.BooleanField()
    home = fields.GeoPointField()
    home_km = fields.IntegerField()
    main = fields.KeywordField()
    cell = fields.IntegerField()
    next_c = _sorted_by()
    next_v = _sorted_by()
    next_d = _sorted_by()
    next_cv = _sorted_by()
    next_cd = _sorted_by()
    next_vd = _sorted_by()
    next_cvd = _sorted_by()

    class Index:
        name = settings.ELASTICSEARCH_INDEX

    class Django:
        model = SearchEntry
        ignore_signals = True
        auto_refresh = False

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(enabled=False)
        meta = MetaField(version=VERSION)

    def prepare(self, instance: SearchEntry) -> dict[str, Any]:
        return document(instance)


def mapping() -> dict[str, Any]:
    return EntryDocument._doc_type.mapping.to_dict()


def index_settings() -> dict[str, Any]:
    """One shard holds a million entries and counts exactly. Writers refresh; the order on disk keeps what is found together
    together, which is worth a third to a half of the time at a million.
    """
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "sort.field": ["main", "cell"],
        "sort.order": ["asc", "asc"],
    }
