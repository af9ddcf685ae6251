"""The public profile as a Wagtail page, edited by its owner (P1 to P3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from practitioners.blocks import faq_block, gallery_block
from practitioners.models.practitioner import Practitioner


class ProfileIndexPage(Page):
    """/praticiens/: the parent of every profile; itself redirects to the search."""

    max_count = 1
    subpage_types = ["practitioners.ProfilePage"]
    parent_page_types = ["editorial.HomePage", "wagtailcore.Page"]

    class Meta:
        verbose_name = _("practitioners")


class ProfilePage(Page):
    """What the practitioner says of the work. Verified facts come from `practitioner`, services and slots from their own rows."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="page")
    portrait = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("portrait")
    )
    headline = models.CharField(_("headline"), max_length=140, blank=True)
    word = models.TextField(_("a word from the practitioner"), max_length=900, blank=True)
    approach = models.TextField(_("how a session goes"), max_length=1500, blank=True)
    gallery = StreamField([("photo", gallery_block())], blank=True, max_num=8, verbose_name=_("gallery"))
    faq = StreamField([("question", faq_block())], blank=True, max_num=12, verbose_name=_("questions and answers"))

    parent_page_types = ["practitioners.ProfileIndexPage"]
    subpage_types: list[str] = []
    template = "practitioners/profile_page.html"

    content_panels = [
        MultiFieldPanel([FieldPanel("portrait"), FieldPanel("headline"), FieldPanel("word")], heading=_("Introduction")),
        FieldPanel("approach"),
        FieldPanel("gallery"),
        FieldPanel("faq"),
    ]
    promote_panels = []
    settings_panels = []

    class Meta:
        verbose_name = _("practitioner's profile")
