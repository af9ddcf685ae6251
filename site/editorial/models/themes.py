from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from editorial import listings, structured_data
from editorial.blocks import theme_blocks
from editorial.models.base import EditorialPage, SignedPage
from legal.claims.page_forms import ClaimsPanel
from practitioners.models import Theme
from search.landing import areas, subjects


class ThemeIndexPage(EditorialPage):
    max_count = 1
    parent_page_types = ["editorial.HomePage"]
    subpage_types = ["editorial.ThemePage"]
    template = "editorial/theme_index_page.html"
    content_panels = [ClaimsPanel(heading=_("Wording")), *Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("thematic pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        pages = ThemePage.objects.child_of(self).live().select_related("theme", "cover").order_by("theme__folded")
        context["theme_pages"] = list(pages)
        context["counts"] = listings.counts_by_theme()
        return context


class ThemePage(SignedPage):
    """A need explained, then its practitioners near the visitor's place, in the Contract's order (E2).

    In a place (`/thematiques/<slug>/<place>/`) it is a landing page: editorial.views.theme_places.
    """

    theme = models.OneToOneField(Theme, on_delete=models.PROTECT, related_name="+", verbose_name=_("theme"))
    body = StreamField(
        theme_blocks(),
        block_counts={
            "answer": {"min_num": 1, "max_num": 1},
            "doctor_first": {"max_num": 1},
            "practitioners": {"max_num": 1},
        },
        verbose_name=_("content"),
    )

    parent_page_types = ["editorial.ThemeIndexPage"]
    subpage_types: list[str] = []
    template = "editorial/theme_page.html"
    content_panels = [
        ClaimsPanel(heading=_("Wording")),
        *Page.content_panels,
        FieldPanel("theme"),
        FieldPanel("introduction"),
        FieldPanel("cover"),
        FieldPanel("body"),
        SignedPage.signature_panel,
    ]

    class Meta:
        verbose_name = _("thematic page")

    def schema(self) -> list[dict[str, Any]]:
        return [*super().schema(), structured_data.article(self), *structured_data.faq(self.body)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["has_own_list"] = any(block.block_type == "practitioners" for block in self.body)
        context["contents"] = structured_data.headings(self.body)
        context["related"] = self._related_articles()
        context["towns"] = areas.largest(subjects.of(self.theme))
        context.update(self._listing(request))
        return context

    def _listing(self, request: HttpRequest) -> dict[str, Any]:
        typed = request.GET.get("lieu", "")[: listings.LONGEST_PLACE]
        listing = listings.find(theme=self.theme.slug, place=typed, count=6)
        return {"listing": listing, "place_typed": listing.place_label or typed}

    def _related_articles(self) -> list[Page]:
        from editorial.models.articles import ArticlePage

        return list(ArticlePage.objects.live().filter(themes=self.theme).order_by("-dated", "-pk")[:3])
