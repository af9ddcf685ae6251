"""What every editorial page shares: who wrote it, and what a search engine reads."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from editorial import structured_data, videos
from legal.claims.page_forms import ClaimsPageForm


class EditorialPage(Page):
    """Abstract. `schema()` returns the page's schema.org objects; none is medical (E4)."""

    introduction = models.TextField(
        _("introduction"), max_length=400, blank=True, help_text=_("Two sentences under the title.")
    )
    cover = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cover picture"),
    )

    base_form_class = ClaimsPageForm

    class Meta:
        abstract = True

    def schema(self) -> list[dict[str, Any]]:
        return [structured_data.breadcrumb(self)]

    def trail(self) -> list[Page]:
        """The pages above this one, home first."""
        return list(self.get_ancestors().filter(depth__gte=2).only("title", "url_path", "path", "depth"))

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)
        # Written only now, and with it which videos of other sites this reader sees.
        if hasattr(response, "add_post_render_callback"):
            response.add_post_render_callback(lambda written: videos.let_in(request, written))
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["canonical"] = structured_data.address(self)
        context["trail"] = self.trail()
        context["schema"] = structured_data.as_script(self.schema())
        return context


class SignedPage(EditorialPage):
    """Abstract. Written by someone named, read again by someone else on a date (A8)."""

    author_name = models.CharField(_("author"), max_length=80, blank=True)
    author_role = models.CharField(_("author's role"), max_length=120, blank=True)
    reviewer_name = models.CharField(_("read again by"), max_length=80, blank=True)
    reviewed_on = models.DateField(_("read again on"), null=True, blank=True)
    next_review_on = models.DateField(_("next reading"), null=True, blank=True)

    signature_panel = MultiFieldPanel(
        [
            FieldPanel("author_name"),
            FieldPanel("author_role"),
            FieldPanel("reviewer_name"),
            FieldPanel("reviewed_on"),
            FieldPanel("next_review_on"),
        ],
        heading=_("Who wrote and read this page"),
    )

    class Meta:
        abstract = True
