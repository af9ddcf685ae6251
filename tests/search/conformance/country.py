"""A few towns, near one another, far away and overseas, some with the same name: where the practitioners of these tests are."""

from common.text import fold
from demo.corpus import Town
from places.lookup import Place, of_commune, of_department, of_region
from places.models import Commune, Department, Region

# insee: name, département, latitude, longitude, population, postal code
TOWNS = {
    "69123": ("Lyon", "69", 45.7580, 4.8351, 520_000, "69003"),
    "69266": ("Villeurbanne", "69", 45.7719, 4.8902, 160_000, "69100"),
    "69029": ("Bron", "69", 45.7344, 4.9116, 41_000, "69500"),
    "69091": ("Givors", "69", 45.5850, 4.7690, 20_000, "69700"),
    "69264": ("Villefranche-sur-Saône", "69", 45.9875, 4.7215, 37_000, "69400"),
    "38544": ("Vienne", "38", 45.5220, 4.8803, 30_000, "38200"),
    "38193": ("L'Isle-d'Abeau", "38", 45.6190, 5.2260, 17_000, "38080"),
    "42218": ("Saint-Étienne", "42", 45.4301, 4.3791, 173_000, "42000"),
    "01004": ("Ambérieu-en-Bugey", "01", 45.9613, 5.3540, 15_000, "01500"),
    "75056": ("Paris", "75", 48.8566, 2.3429, 2_103_778, "75011"),
    "93066": ("Saint-Denis", "93", 48.9295, 2.3645, 150_000, "93200"),
    "97411": ("Saint-Denis", "974", -20.9329, 55.4471, 155_634, "97400"),
    "97415": ("Saint-Paul", "974", -21.0449, 55.3224, 105_000, "97460"),
}
AREAS = {
    "69": ("Rhône", "84"), "38": ("Isère", "84"), "42": ("Loire", "84"), "01": ("Ain", "84"), "75": ("Paris", "11"),
    "93": ("Seine-Saint-Denis", "11"), "974": ("La Réunion", "04"),
}  # fmt: skip
REGIONS = {"84": "Auvergne-Rhône-Alpes", "11": "Île-de-France", "04": "La Réunion"}


def settle() -> None:
    """The gazetteer is these towns and no other."""
    for code, name in REGIONS.items():
        Region.objects.update_or_create(code=code, defaults={"name": name, "slug": f"r-{code}", "folded": fold(name)})
    for code, (name, region) in AREAS.items():
        values = {"name": name, "slug": f"d-{code}", "folded": fold(name), "region_id": region, "population": 1_000_000}
        Department.objects.update_or_create(code=code, defaults=values)
    for insee, (name, department, latitude, longitude, population, postal) in TOWNS.items():
        values = {
            "name": name, "slug": f"{fold(name).replace(' ', '-')}-{insee}", "folded": fold(name), "postal_codes": [postal],
            "department_id": department, "population": population, "latitude": latitude, "longitude": longitude,
        }  # fmt: skip
        Commune.objects.update_or_create(insee=insee, defaults=values)


def town(insee: str) -> Town:
    """As the generated corpus reads it."""
    name, department, latitude, longitude, population, postal = TOWNS[insee]
    area, region = AREAS[department]
    return Town(insee, name, name, postal, department, area, region, latitude, longitude, population)


def places() -> list[Place]:
    """Everything that can be asked for as a place; towns first."""
    communes = Commune.objects.filter(pk__in=TOWNS).select_related("department").order_by("pk")
    areas = Department.objects.filter(pk__in=AREAS).order_by("pk")
    return [
        *map(of_commune, communes),
        *map(of_department, areas),
        *map(of_region, Region.objects.filter(pk__in=REGIONS).order_by("pk")),
    ]
