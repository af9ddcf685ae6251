"""Structures (centres) with their page and their administrators (N1, first part)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from places.models import Commune
from practitioners.models.practitioner import Practitioner


class Structure(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    legal_name = models.CharField(_("legal entity"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    street = models.CharField(_("number and street"), max_length=160)
    postal_code = models.CharField(_("postal code"), max_length=5)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    opening_hours = models.JSONField(default=list, blank=True, help_text='[["Lundi au vendredi", "9:00–19:00"]]')
    administrators = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="structures", blank=True)
    practitioners = models.ManyToManyField(Practitioner, related_name="structures", blank=True)

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


class StructurePage(Page):
    structure = models.OneToOneField(Structure, on_delete=models.PROTECT, related_name="page")
    cover = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    headline = models.CharField(_("headline"), max_length=140, blank=True)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    services = models.TextField(_("services, one a line"), max_length=1500, blank=True)

    parent_page_types = ["practitioners.StructureIndexPage"]
    subpage_types: list[str] = []
    template = "practitioners/structure_page.html"
    content_panels = [
        FieldPanel("title"),
        FieldPanel("cover"),
        FieldPanel("headline"),
        FieldPanel("description"),
        FieldPanel("services"),
    ]

    class Meta:
        verbose_name = _("structure's page")
