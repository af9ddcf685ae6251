"""A gazetteer in small. The real communes are imported by migration or command; these codes are made up and do not collide."""

import factory
from factory.django import DjangoModelFactory

from places.models import Commune, Department, Region


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "84"
    name = "Auvergne-Rhône-Alpes"
    slug = "auvergne-rhone-alpes"


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ("code",)

    code = "69"
    name = "Rhône"
    slug = "rhone"
    folded = "rhone"
    region = factory.SubFactory(RegionFactory)


class CommuneFactory(DjangoModelFactory):
    """Lyon unless told otherwise; the same INSEE code gives the same row."""

    class Meta:
        model = Commune
        django_get_or_create = ("insee",)

    insee = "69123"
    name = "Lyon"
    slug = factory.LazyAttribute(lambda o: f"{o.name.lower()}-{o.insee}")
    folded = factory.LazyAttribute(lambda o: o.name.lower())
    postal_codes = factory.LazyFunction(lambda: ["69001", "69002", "69003"])
    department = factory.SubFactory(DepartmentFactory)
    population = 522_000
    latitude = 45.7578
    longitude = 4.8351
