"""The public profile as a Wagtail page, edited by its owner (P1 to P3)."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from accounts.models import User
from accounts.roles import Role, has_role
from common.signals import page_used
from legal.claims.page_forms import ClaimsPanel
from practitioners.blocks import faq_block, gallery_block
from practitioners.models.ownership import OwnedPage
from practitioners.models.practitioner import Practitioner
from practitioners.panels import CompletenessPanel


class ProfileIndexPage(Page):
    """/praticiens/: the parent of every profile; itself redirects to the search."""

    max_count = 1
    subpage_types = ["practitioners.ProfilePage"]
    parent_page_types = ["editorial.HomePage", "wagtailcore.Page"]

    class Meta:
        verbose_name = _("practitioners")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponsePermanentRedirect("/recherche/")

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return []


class ProfilePage(OwnedPage, Page):
    """What the practitioner says of the work. Verified facts come from `practitioner`, services and slots from their own rows.

    The title is the verified name and the slug the practitioner's: neither is in the form, so the address never changes.
    """

    practitioner = models.OneToOneField(Practitioner, on_delete=models.PROTECT, related_name="page")
    portrait = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("portrait"),
        help_text=_("Your face, in daylight, on a plain background. It is cropped to an upright rectangle."),
    )
    headline = models.CharField(
        _("headline"), max_length=140, blank=True, help_text=_("One sentence: for whom, and how you work.")
    )
    word = models.TextField(
        _("my way of working"),
        max_length=900,
        blank=True,
        help_text=_("In the first person, 900 characters at most. Say “session” and “client”; promise no result."),
    )
    approach = models.TextField(
        _("how a session goes"),
        max_length=1500,
        blank=True,
        help_text=_("From the door to the goodbye: how one is dressed, what happens, how long each part takes."),
    )
    gallery = StreamField([("photo", gallery_block())], blank=True, max_num=8, verbose_name=_("gallery"))
    faq = StreamField([("question", faq_block())], blank=True, max_num=12, verbose_name=_("questions and answers"))

    parent_page_types = ["practitioners.ProfileIndexPage"]
    subpage_types: list[str] = []
    template = "practitioners/profile_page.html"

    content_panels = [
        CompletenessPanel(heading=_("What is missing from your page")),
        ClaimsPanel(heading=_("Wording")),
        MultiFieldPanel(
            [FieldPanel("portrait"), FieldPanel("headline"), FieldPanel("word")], heading=_("Introduction")
        ),
        FieldPanel("approach"),
        FieldPanel("gallery"),
        FieldPanel("faq"),
    ]
    promote_panels = []
    settings_panels = []

    class Meta:
        verbose_name = _("practitioner's profile")

    @property
    def may_be_public(self) -> bool:
        return self.practitioner.is_listed

    def is_owned_by(self, user: User) -> bool:
        return (
            self.practitioner.user_id == user.pk
            and has_role(user, Role.PRACTITIONER)
            and self.practitioner.status != Practitioner.Status.ENDED
        )

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """A withdrawn page is served too, to say that it is gone rather than never was."""
        if not path_components and not self.live and self._is_withdrawn:
            return RouteResult(self)
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from practitioners.views.public import read_in_bulk, unavailable_profile

        if not getattr(request, "is_preview", False):
            if not (self.live and self.practitioner.is_listed):
                return unavailable_profile(request, self.practitioner)
            if (refused := read_in_bulk(request)) is not None:
                return refused
            page_used.send(sender=Practitioner, practitioner_id=self.practitioner_id, what="view", request=request)
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from practitioners.profile import profile_context

        return {**super().get_context(request, *args, **kwargs), **profile_context(self, request)}

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return super().get_sitemap_urls(request) if self.practitioner.is_listed else []

    @property
    def _is_withdrawn(self) -> bool:
        return self.practitioner.status in {Practitioner.Status.SUSPENDED, Practitioner.Status.ENDED}
