"""Introductions of landing pages in the CMS, and how many alerts wait: a number, nobody's name."""

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, PublishingPanel
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import LiveStatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from common import clock
from search.models import LandingIntro, SearchAlert

HELP = _(
    "A landing page exists as soon as somebody can be found there, and introduces itself with facts: how many, where, from "
    "what price, from when. Write what facts do not say; the facts stay under your text."
)


class LandingIntroViewSet(SnippetViewSet):
    model = LandingIntro
    icon = "doc-full-inverse"
    menu_label = _("Introductions")
    menu_order = 255
    add_to_admin_menu = True
    list_display = ["__str__", LiveStatusTagColumn(), UpdatedAtColumn()]
    list_filter = {"practice": ["exact"], "theme": ["exact"], "live": ["exact"]}
    search_fields = ["practice__name", "theme__name", "place_label", "body"]
    list_per_page = 50
    copy_view_enabled = False
    panels = [
        HelpPanel(content=format_html("<p>{}</p>", HELP)),
        MultiFieldPanel(
            [FieldPanel("practice"), FieldPanel("theme"), FieldPanel("place")], heading=_("Which landing page")
        ),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("seo_description")], heading=_("For search engines")),
        PublishingPanel(),
    ]


class AlertsSummary(SummaryItem):
    order = 300
    template_name = "search/cms_alerts_summary.html"

    def get_context_data(self, parent_context: dict[str, object]) -> dict[str, object]:
        return {"count": SearchAlert.objects.active(clock.today()).count()}

    def is_shown(self) -> bool:
        return bool(self.request.user.has_perm("search.view_landingintro"))


def count_alerts(request: HttpRequest, items: list[Component]) -> None:
    items.append(AlertsSummary(request))
