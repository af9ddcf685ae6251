"""Structures (centres) with their page and their administrators (N1, first part).

Most come from the open files of INSEE and of the ministry of health (`practitioners.structure_import`); they have no Wagtail page
until somebody of theirs claims one, and an address of their own meanwhile.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.paginator import Paginator
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from accounts.models import User
from accounts.roles import Role, has_role
from common.text import fold
from legal.claims.page_forms import ClaimsPanel
from places.lookup import Ambiguous, Place, resolve
from places.models import Commune
from places.models.gazetteer import words_of
from practitioners.models.ownership import OwnedPage
from practitioners.models.practitioner import Practitioner
from practitioners.structure_import.interests import ACTIVITIES, CATEGORIES
from practitioners.validators import validate_siret

PER_PAGE = 24
# Counting further would read everything for a number that nobody turns pages up to.
MOST_COUNTED = 1200
MOST_WORDS = 6
# The registers number establishments by arrondissement, people say the town.
_PARTS = {
    "75056": [f"751{n:02d}" for n in range(1, 21)],
    "69123": [f"6938{n}" for n in range(1, 10)],
    "13055": [f"132{n:02d}" for n in range(1, 17)],
}


class StructureQuerySet(models.QuerySet["Structure"]):
    def open(self) -> "StructureQuerySet":
        """Neither closed by its source nor, when it has a page, taken down by its team."""
        return self.filter(closed_on=None).exclude(page__live=False)

    def named(self, text: str) -> "StructureQuerySet":
        """Each word of the text begins a word of the name; nothing folded is left of a text of signs alone, and all are found."""
        found = self.alias(spaced=words_of("folded"))
        for word in fold(text[:120]).split()[:MOST_WORDS]:
            found = found.filter(spaced__contains=f" {word}")
        return found

    def within(self, place: Place) -> "StructureQuerySet":
        if place.kind == "commune":
            return self.filter(commune__in=[place.code, *_PARTS.get(place.code, [])])
        if place.kind == "department":
            return self.filter(commune__department=place.code)
        return self.filter(commune__department__region=place.code)

    def imported(self) -> "StructureQuerySet":
        """Those that an import may write: it made them, and nobody here has taken them over."""
        free = {"claimed_on": None, "page": None, "administrators": None, "practitioners": None, "media": None}
        return self.exclude(source=Structure.Source.OWN).filter(**free)


class Structure(models.Model):
    """Its official facts. What an import brought stays the import's until somebody administers the structure or it has a page."""

    class Source(models.TextChoices):
        OWN = "", _("entered here")
        SIRENE = "sirene", _("SIRENE register, INSEE")
        FINESS = "finess", _("FINESS register, ministry of health")

    name = models.CharField(_("name"), max_length=120)
    # What the name is found and sorted by: the database has no French order.
    folded = models.CharField(max_length=150, editable=False, default="")
    slug = models.SlugField(max_length=120, unique=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    finess = models.CharField(
        "FINESS", max_length=9, blank=True, validators=[RegexValidator(r"^[0-9][0-9AB][0-9]{7}$")]
    )
    activity = models.CharField(_("activity (NAF)"), max_length=6, blank=True)
    category = models.CharField(_("category (FINESS)"), max_length=4, blank=True)
    legal_name = models.CharField(_("legal entity"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    street = models.CharField(_("number and street"), max_length=160)
    postal_code = models.CharField(_("postal code"), max_length=5)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    opening_hours = models.JSONField(default=list, blank=True, help_text='[["Lundi au vendredi", "9:00–19:00"]]')
    administrators = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="structures", blank=True)
    practitioners = models.ManyToManyField(Practitioner, related_name="structures", blank=True)
    media = models.OneToOneField(
        "wagtailcore.Collection", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(_("source"), max_length=6, choices=Source.choices, blank=True, default=Source.OWN)
    # Day of the published file in which the facts last changed, and of the one that said it was closed.
    imported_on = models.DateField(_("facts of"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    # On the row itself, so that an import that is writing sees a claim made meanwhile.
    claimed_on = models.DateField(_("claimed on"), null=True, blank=True, editable=False)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = _("structure")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["siret"], condition=~models.Q(siret=""), name="one_structure_a_siret"),
            models.UniqueConstraint(fields=["finess"], condition=~models.Q(finess=""), name="one_structure_a_finess"),
            models.CheckConstraint(
                condition=models.Q(source="") | models.Q(imported_on__isnull=False),
                name="an_imported_structure_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["folded"], name="structure_folded"),
            # `LIKE '% word%'` on a name that begins with a space: the start of any of its words.
            GinIndex(OpClass(words_of("folded"), name="gin_trgm_ops"), name="structure_words"),
            models.Index(fields=["closed_on"], name="structure_closed", condition=models.Q(closed_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The name that is found follows the one that is shown."""
        self.folded = fold(self.name)[:150]
        if (fields := kwargs.get("update_fields")) is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "folded"}
        super().save(*args, **kwargs)

    @property
    def siren(self) -> str:
        """Of the legal entity: the nine digits that the SIRET begins with; empty without one."""
        return self.siret[:9]

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def address(self) -> str:
        """Of its page, or of what is shown of an import until there is one. The caller selects `page`."""
        page = getattr(self, "page", None)
        return f"/centres/{page.slug}/" if page else f"/centres/etablissement/{self.slug}/"

    @property
    def kind(self) -> str:
        """What the register says it is, in its words; empty when it says nothing that is known here."""
        return CATEGORIES.get(self.category) or ACTIVITIES.get(self.activity, "")


class StructureObjection(models.Model):
    """A sole trader who does not want to appear here: a keyed hash of the SIREN (`practitioners.objections`), which no import brings back."""

    digest = models.CharField(max_length=64, unique=True)
    objected_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="an_objection_is_a_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objected_on}"


class StructureIndexPage(Page):
    """/centres/: the list of structures."""

    max_count = 1
    subpage_types = ["practitioners.StructurePage"]
    parent_page_types = ["editorial.HomePage", "wagtailcore.Page"]
    template = "practitioners/structure_index_page.html"

    class Meta:
        verbose_name = _("structures")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The centres with a page; with a name or a town in the address, whoever bears it, imported ones too."""
        context = super().get_context(request, *args, **kwargs)
        name, where = (request.GET.get(field, "").strip()[:120] for field in ("q", "lieu"))
        context |= {"typed": name, "place_text": where, "is_search": bool(name or where)}
        if name or where:
            return context | self._found(request, name, where)
        pages = (
            StructurePage.objects.child_of(self).live().select_related("structure__commune", "cover").order_by("slug")
        )
        found = Paginator(pages, PER_PAGE).get_page(request.GET.get("page"))
        return {**context, "structures": found}

    @staticmethod
    def _found(request: HttpRequest, name: str, where: str) -> dict[str, Any]:
        place = resolve(where) if where else None
        if where and not isinstance(place, Place):
            choices = place.choices if isinstance(place, Ambiguous) else ()
            return {"structures": None, "choices": choices, "unknown_place": not choices}
        found = Structure.objects.open().named(name).select_related("commune", "page").order_by("folded", "pk")
        pages = _Counted(found.within(place) if isinstance(place, Place) else found, PER_PAGE)
        label = place.label if isinstance(place, Place) else ""
        return {
            "structures": pages.get_page(request.GET.get("page")),
            "place_text": label,
            "more_than": MOST_COUNTED if pages.count >= MOST_COUNTED else 0,
        }


class _Counted(Paginator):  # type: ignore[type-arg]
    """Pages of the first results: the count stops at what is worth turning pages for."""

    @cached_property
    def count(self) -> int:
        first: models.QuerySet[Structure] = self.object_list[:MOST_COUNTED]  # type: ignore[assignment]
        return first.count()


class StructurePage(OwnedPage, Page):
    """Edited by the administrators of the structure; its official facts stand in `structure`."""

    structure = models.OneToOneField(Structure, on_delete=models.PROTECT, related_name="page")
    cover = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cover"),
    )
    cover_alt = models.CharField(_("what the cover shows"), max_length=160, blank=True)
    headline = models.CharField(_("headline"), max_length=140, blank=True)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    services = models.TextField(_("services, one a line"), max_length=1500, blank=True)
    areas = models.TextField(_("areas served, one a line"), max_length=1500, blank=True)

    parent_page_types = ["practitioners.StructureIndexPage"]
    subpage_types: list[str] = []
    template = "practitioners/structure_page.html"
    # The title and the address are the structure's own name: they are not for this form.
    content_panels = [
        ClaimsPanel(heading=_("Wording")),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover")),
        FieldPanel("headline"),
        FieldPanel("description"),
        FieldPanel("services"),
        FieldPanel("areas"),
    ]
    promote_panels = []
    settings_panels = []

    class Meta:
        verbose_name = _("structure's page")

    def is_owned_by(self, user: User) -> bool:
        return has_role(user, Role.STRUCTURE) and self.structure.administrators.filter(pk=user.pk).exists()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        people = (
            self.structure.practitioners.listed()
            .select_related("page__portrait")
            .prefetch_related("practice_links__practice")
        )
        return {
            **super().get_context(request, *args, **kwargs),
            "structure": self.structure,
            "people": people,
            "service_lines": _lines(self.services),
            "area_lines": _lines(self.areas),
        }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
