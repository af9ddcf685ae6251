from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from editorial import structured_data
from editorial.blocks import body_blocks
from editorial.models.base import EditorialPage
from legal.claims.page_forms import ClaimsPanel


class StandardPage(EditorialPage):
    """Help, accessibility statement, cookies: pages that stand by themselves."""

    body = StreamField(body_blocks(), blank=True, verbose_name=_("content"))

    parent_page_types = ["editorial.HomePage"]
    subpage_types: list[str] = []
    template = "editorial/standard_page.html"
    content_panels = [
        ClaimsPanel(heading=_("Wording")),
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("standing page")

    def schema(self) -> list[dict[str, Any]]:
        return [*super().schema(), *structured_data.faq(self.body)]
