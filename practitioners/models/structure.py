"""Structures (centres) with their page and their administrators (N1, first part)."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from accounts.models import User
from accounts.roles import Role, has_role
from legal.claims.page_forms import ClaimsPanel
from places.models import Commune
from practitioners.models.ownership import OwnedPage
from practitioners.models.practitioner import Practitioner
from practitioners.validators import validate_siret

PER_PAGE = 24


class Structure(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
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

    class Meta:
        verbose_name = _("structure")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class StructureIndexPage(Page):
    """/centres/: the list of structures."""

    max_count = 1
    subpage_types = ["practitioners.StructurePage"]
    parent_page_types = ["editorial.HomePage", "wagtailcore.Page"]
    template = "practitioners/structure_index_page.html"

    class Meta:
        verbose_name = _("structures")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = (
            StructurePage.objects.child_of(self).live().select_related("structure__commune", "cover").order_by("slug")
        )
        found = Paginator(pages, PER_PAGE).get_page(request.GET.get("page"))
        return {**super().get_context(request, *args, **kwargs), "structures": found}


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
            "service_lines": [line.strip() for line in self.services.splitlines() if line.strip()],
        }
