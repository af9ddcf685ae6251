"""Practitioners as the public sees them: listed, with a page, a place, a service and a checked practice.

PractitionerFactory()                        # listed, everything there
PractitionerFactory(applying=True)           # an application in progress: nothing public
PractitionerFactory(listed_at=…, practices=[practice], town="Lyon")
"""

import datetime as dt

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory
from wagtail.models import Page, Site

from accounts.roles import Role
from common.clock import now
from places.models import Commune
from practitioners.models import (
    Practice,
    PracticePlace,
    Practitioner,
    PractitionerPractice,
    ProfileIndexPage,
    ProfilePage,
    Review,
    ReviewInvitation,
    Service,
    Structure,
    StructureIndexPage,
    StructurePage,
    Theme,
)
from tests.factories.accounts import UserFactory
from tests.factories.pages import grow
from tests.factories.places import CommuneFactory

SIRETS = ["73282932000074", "55210055400013", "44306184100047"]


def root_of_site() -> Page:
    """The home page of the default site; made here when no test made one."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site:
        return site.root_page.specific
    from editorial.models import HomePage

    home = grow(Page.objects.get(depth=1), HomePage(title="Accueil", slug="accueil"))
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return home


def profile_index() -> ProfileIndexPage:
    index = ProfileIndexPage.objects.first()
    if index is None:
        index = grow(root_of_site(), ProfileIndexPage(title="Praticiens", slug="praticiens"))
    return index


def structure_index() -> StructureIndexPage:
    index = StructureIndexPage.objects.first()
    if index is None:
        index = grow(root_of_site(), StructureIndexPage(title="Centres", slug="centres"))
    return index


class PracticeFactory(DjangoModelFactory):
    class Meta:
        model = Practice
        django_get_or_create = ("slug",)

    name = "Sophrologie"
    slug = factory.LazyAttribute(lambda o: o.name.lower().replace(" ", "-"))
    noun = "sophrologue"
    folded = factory.LazyAttribute(lambda o: o.name.lower())


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ("slug",)

    name = "Sommeil"
    slug = factory.LazyAttribute(lambda o: o.name.lower().replace(" ", "-"))
    folded = factory.LazyAttribute(lambda o: o.name.lower())


class PractitionerFactory(DjangoModelFactory):
    class Meta:
        model = Practitioner
        skip_postgeneration_save = True

    class Params:
        applying = factory.Trait(status=Practitioner.Status.APPLYING, listed_at=None, submitted_at=None, checked=False)
        checked = True

    user = factory.SubFactory(
        UserFactory, first_name=factory.SelfAttribute("..first_name"), last_name=factory.SelfAttribute("..last_name")
    )
    slug = factory.Sequence(lambda n: f"claire-morel-{n}")
    first_name = "Claire"
    last_name = factory.Sequence(lambda n: f"Morel{n}")
    professional_email = factory.Sequence(lambda n: f"praticien{n}@example.fr")
    phone = "+33612345678"
    street = "12 rue des Lilas"
    postal_code = "69003"
    town = "Lyon"
    legal_form = "Entreprise individuelle"
    siret = SIRETS[0]
    insurer = "Assurance Exemple"
    insurance_number = "RC-0001"
    insurance_until = factory.LazyFunction(lambda: (now() + dt.timedelta(days=200)).date())
    mediator = "Médiation Exemple"
    mediator_contact = "https://mediation.example.fr"
    languages = factory.LazyFunction(lambda: ["fr"])
    payment_methods = factory.LazyFunction(lambda: ["carte", "especes"])
    partner_software = False
    partner_since = factory.LazyAttribute(lambda o: now().date() if o.partner_software else None)
    partner_evidence = factory.LazyAttribute(lambda o: "Attestation de l’éditeur" if o.partner_software else "")
    status = Practitioner.Status.LISTED
    submitted_at = factory.LazyFunction(lambda: now() - dt.timedelta(days=400))
    listed_at = factory.LazyFunction(lambda: now() - dt.timedelta(days=390))

    @factory.post_generation
    def role(self, create: bool, extracted: object, **kwargs: object) -> None:
        self.user.groups.add(Group.objects.get_or_create(name=Role.PRACTITIONER.value)[0])

    @factory.post_generation
    def practices(self, create: bool, extracted: list[Practice] | None, **kwargs: object) -> None:
        for position, practice in enumerate([PracticeFactory()] if extracted is None else extracted):
            PractitionerPractice.objects.create(
                practitioner=self,
                practice=practice,
                position=position,
                school="École Exemple",
                year=2018,
                certificate_checked_at=now() if self.is_listed else None,
            )

    @factory.post_generation
    def themes(self, create: bool, extracted: list[Theme] | None, **kwargs: object) -> None:
        self.themes.set(extracted or [])

    @factory.post_generation
    def place(self, create: bool, extracted: Commune | None, **kwargs: object) -> None:
        """`place=commune` puts the practice there; `place=False` makes none."""
        if extracted is not False:
            PracticePlaceFactory(practitioner=self, commune=extracted or CommuneFactory())

    @factory.post_generation
    def services(self, create: bool, extracted: bool | None, **kwargs: object) -> None:
        if extracted is not False:
            first = self.practice_links.first()
            ServiceFactory(practitioner=self, practice=first.practice if first else PracticeFactory())

    @factory.post_generation
    def page(self, create: bool, extracted: bool | None, **kwargs: object) -> None:
        """`page__word="…"` sets fields of the page; `page=False` makes none."""
        if extracted is not False:
            ProfilePageFactory(practitioner=self, **kwargs)


class PracticePlaceFactory(DjangoModelFactory):
    class Meta:
        model = PracticePlace

    practitioner = factory.SubFactory(PractitionerFactory, place=False)
    street = "12 rue des Lilas"
    postal_code = "69003"
    commune = factory.SubFactory(CommuneFactory)
    latitude = factory.LazyAttribute(lambda o: o.commune.latitude)
    longitude = factory.LazyAttribute(lambda o: o.commune.longitude)
    access = "Métro B, arrêt Place Guichard."


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    practitioner = factory.SubFactory(PractitionerFactory, services=False)
    practice = factory.SubFactory(PracticeFactory)
    name = "Séance individuelle"
    duration_minutes = 60
    price_cents = 6000


class ProfilePageFactory(DjangoModelFactory):
    class Meta:
        model = ProfilePage

    practitioner = factory.SubFactory(PractitionerFactory, page=False)
    title = factory.LazyAttribute(lambda o: o.practitioner.full_name)
    slug = factory.LazyAttribute(lambda o: o.practitioner.slug)
    live = factory.LazyAttribute(lambda o: o.practitioner.is_listed)
    owner = factory.LazyAttribute(lambda o: o.practitioner.user)
    headline = "Apprendre à souffler, un exercice à la fois"
    word = "Je travaille par cycles de six séances."
    approach = "Nous parlons dix minutes, puis nous pratiquons."

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return grow(profile_index(), model_class(**kwargs))


class ReviewInvitationFactory(DjangoModelFactory):
    class Meta:
        model = ReviewInvitation

    practitioner = factory.SubFactory(PractitionerFactory)
    client = factory.SubFactory(UserFactory)
    reference = factory.Sequence(lambda n: f"rendez-vous-{n}")
    service_name = "Séance individuelle"
    happened_on = factory.LazyFunction(lambda: (now() - dt.timedelta(days=10)).date())


class ReviewFactory(DjangoModelFactory):
    class Meta:
        model = Review

    practitioner = factory.SubFactory(PractitionerFactory)
    invitation = factory.SubFactory(ReviewInvitationFactory, practitioner=factory.SelfAttribute("..practitioner"))
    author_name = "Léa B."
    rating = 5
    text = "Une heure calme et des exercices à refaire chez soi."
    published_at = factory.LazyFunction(lambda: now() - dt.timedelta(days=5))


class StructureFactory(DjangoModelFactory):
    class Meta:
        model = Structure
        skip_postgeneration_save = True

    name = "Centre des Lilas"
    slug = factory.Sequence(lambda n: f"centre-des-lilas-{n}")
    street = "3 place du Marché"
    postal_code = "69003"
    commune = factory.SubFactory(CommuneFactory)

    @factory.post_generation
    def administrators(self, create: bool, extracted: list[object] | None, **kwargs: object) -> None:
        self.administrators.set(extracted or [])

    @factory.post_generation
    def page(self, create: bool, extracted: bool | None, **kwargs: object) -> None:
        if extracted is not False:
            grow(structure_index(), StructurePage(title=self.name, slug=self.slug, structure=self, **kwargs))
