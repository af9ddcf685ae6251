from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from common.clock import today
from editorial import structured_data
from editorial.blocks import body_blocks
from editorial.models.base import EditorialPage, SignedPage
from legal.claims.page_forms import ClaimsPanel

PAGE_SIZE = 12


class ArticleIndexPage(EditorialPage):
    max_count = 1
    parent_page_types = ["editorial.HomePage"]
    subpage_types = ["editorial.ArticlePage"]
    template = "editorial/article_index_page.html"
    content_panels = [ClaimsPanel(heading=_("Wording")), *Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("articles")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        articles = ArticlePage.objects.child_of(self).live().select_related("cover").order_by("-dated", "-pk")
        # get_page never fails: an unknown number is the first or the last page.
        context["page_of_articles"] = Paginator(articles, PAGE_SIZE).get_page(request.GET.get("page"))
        return context


class ArticlePage(SignedPage):
    dated = models.DateField(_("date"), default=today)
    body = StreamField(body_blocks(), verbose_name=_("content"))
    themes = ParentalManyToManyField("practitioners.Theme", blank=True, related_name="+", verbose_name=_("themes"))

    parent_page_types = ["editorial.ArticleIndexPage"]
    subpage_types: list[str] = []
    template = "editorial/article_page.html"
    content_panels = [
        ClaimsPanel(heading=_("Wording")),
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("dated"),
        FieldPanel("cover"),
        FieldPanel("themes"),
        FieldPanel("body"),
        SignedPage.signature_panel,
    ]

    class Meta:
        verbose_name = _("article")

    def schema(self) -> list[dict[str, Any]]:
        return [*super().schema(), structured_data.article(self), *structured_data.faq(self.body)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from editorial.models.themes import ThemePage

        context = super().get_context(request, *args, **kwargs)
        theme_ids = [theme.pk for theme in self.themes.all()]
        context["theme_pages"] = list(ThemePage.objects.live().filter(theme_id__in=theme_ids).select_related("theme"))
        others = ArticlePage.objects.live().exclude(pk=self.pk).select_related("cover").order_by("-dated", "-pk")
        context["others"] = list(others[:3])
        return context
