"""Reading the gazetteer's files into the database: seconds, idempotent, in one transaction."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery, Sum
from django.utils.text import slugify

from common.text import fold
from places.models import Commune, Department, Region

DATA = Path(__file__).resolve().parents[1] / "data"


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = DATA / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def commune_slugs(rows: Iterable[dict[str, str]]) -> dict[str, str]:
    """INSEE code → slug: the name; among namesakes the name and département; among those of one département the code."""
    rows = list(rows)
    bare = {row["insee"]: slugify(row["name"].removesuffix(" Arrondissement")) for row in rows}
    longer = {row["insee"]: f"{bare[row['insee']]}-{row['department'].lower()}" for row in rows}
    times, longer_times = Counter(bare.values()), Counter(longer.values())
    slugs: dict[str, str] = {}
    for insee, slug in bare.items():
        if times[slug] > 1 or (slug != longer[insee] and longer_times[slug]):
            slug = longer[insee] if longer_times[longer[insee]] == 1 else f"{slug}-{insee.lower()}"
        slugs[insee] = slug
    return slugs


@transaction.atomic
def load() -> dict[str, int]:
    """Create or update every région, département and commune; returns how many of each there are in the files."""
    communes = list(_rows("communes.tsv.gz"))
    # The files also name overseas territories of which the gazetteer holds no commune: nothing could be found there.
    used_departments, used_regions = {r["department"] for r in communes}, {r["region"] for r in communes}
    regions = [
        Region(code=r["code"], name=r["name"], slug=slugify(r["name"]), folded=fold(r["name"]))
        for r in _rows("regions.tsv")
        if r["code"] in used_regions
    ]
    departments = [
        Department(
            code=r["code"], name=r["name"], slug=slugify(r["name"]), folded=fold(r["name"]), region_id=r["region"]
        )
        for r in _rows("departments.tsv")
        if r["code"] in used_departments
    ]
    Region.objects.bulk_create(
        regions, update_conflicts=True, unique_fields=["code"], update_fields=["name", "slug", "folded"]
    )
    Department.objects.bulk_create(
        departments, update_conflicts=True, unique_fields=["code"], update_fields=["name", "slug", "folded", "region"]
    )
    _load_communes(communes)
    _summarise_areas()
    return {"regions": len(regions), "departments": len(departments), "communes": len(communes)}


def _load_communes(rows: list[dict[str, str]]) -> None:
    """Through COPY into a temporary table, then one upsert: some 35 000 rows in about a second."""
    slugs = commune_slugs(rows)
    columns = "insee, name, slug, folded, postal_codes, department_id, population, latitude, longitude"
    table = Commune._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE incoming (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP")
        with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
            for row in rows:
                insee, name = row["insee"], row["name"]
                copy.write_row(
                    (
                        insee, name, slugs[insee], fold(name), row["postal_codes"].split("|"), row["department"],
                        int(row["population"]), float(row["latitude"]), float(row["longitude"]),
                    )
                )  # fmt: skip
        # A slug may pass from one commune to another between two editions: free them all first.
        cursor.execute(
            f"UPDATE {table} c SET slug = 'x-' || c.insee FROM incoming i WHERE c.insee = i.insee AND c.slug <> i.slug"  # noqa: S608
        )
        updates = ", ".join(f"{c} = EXCLUDED.{c}" for c in columns.split(", ")[1:])
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming ON CONFLICT (insee) DO UPDATE SET {updates}"  # noqa: S608
        )
        cursor.execute("DROP TABLE incoming")


def _summarise_areas() -> None:
    """Population of each area (arrondissements are already in their town's) and where its main town is."""
    chief = Commune.objects.filter(department=OuterRef("code")).order_by("-population")
    total = Commune.objects.exclude(name__endswith=" Arrondissement").filter(department=OuterRef("code")).order_by()
    Department.objects.update(
        latitude=Subquery(chief.values("latitude")[:1]),
        longitude=Subquery(chief.values("longitude")[:1]),
        population=Subquery(total.values("department").annotate(total=Sum("population")).values("total")),
    )
    chief = Commune.objects.filter(department__region=OuterRef("code")).order_by("-population")
    parts = Department.objects.filter(region=OuterRef("code")).order_by()
    Region.objects.update(
        latitude=Subquery(chief.values("latitude")[:1]),
        longitude=Subquery(chief.values("longitude")[:1]),
        population=Subquery(parts.values("region").annotate(total=Sum("population")).values("total")),
    )


def refresh_statistics() -> None:
    """Let the planner know the table it has just received; outside the transaction, so that it sees everything."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"VACUUM ANALYZE {Commune._meta.db_table}"
            if not connection.in_atomic_block
            else f"ANALYZE {Commune._meta.db_table}"
        )
