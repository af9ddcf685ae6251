"""Synonyms and sample searches in the CMS: drafts, versions, history, and a preview that runs the searches."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from search.models import SampleSearch, SynonymGroup
from search.synonym_effects import shared_expressions

EXAMPLE: Promise = gettext_lazy(
    "First direction: “sophrologue” and “sophrologie” mean the same. Second: “insomnie” also finds “sommeil”, not the reverse. "
    "The preview beside shows who each search would find before anything goes live."
)


class SynonymGroupViewSet(SnippetViewSet):
    model = SynonymGroup
    icon = "link"
    menu_label = gettext_lazy("Synonyms")
    list_display = [
        "__str__",
        Column("relation", label=gettext_lazy("Mean or find"), sort_key="direction"),
        LiveStatusTagColumn(),
        UpdatedAtColumn(),
    ]
    list_filter = {"direction": ["exact"], "live": ["exact"], "has_unpublished_changes": ["exact"]}
    search_fields = ["expressions", "also_finds", "note"]
    list_per_page = 50
    copy_view_enabled = False
    panels = [
        HelpPanel(content=format_html("<p>{}</p>", EXAMPLE)),
        MultiFieldPanel(
            [FieldPanel("direction"), FieldPanel("expressions"), FieldPanel("also_finds")],
            heading=gettext_lazy("Words"),
        ),
        FieldPanel("trials"),
        FieldPanel("note"),
    ]


class SampleSearchViewSet(SnippetViewSet):
    model = SampleSearch
    icon = "search"
    menu_label = gettext_lazy("Sample searches")
    list_display = ["text"]
    search_fields = ["text"]
    copy_view_enabled = False
    panels = [FieldPanel("text")]


class SearchWordsGroup(SnippetViewSetGroup):
    items = (SynonymGroupViewSet, SampleSearchViewSet)
    menu_label = gettext_lazy("Search words")
    menu_icon = "search"
    menu_order = 260


def warn_of_shared_expressions(request: HttpRequest, instance: object) -> None:
    """After a save: the same expression in two groups is allowed, and seldom meant."""
    if not isinstance(instance, SynonymGroup):
        return
    latest = instance.get_latest_revision_as_object()
    for expression, other in shared_expressions(latest)[:5]:
        messages.warning(
            request,
            _("“%(expression)s” is also in the group “%(group)s”: a search for it uses both.")
            % {"expression": expression, "group": other},
        )
