"""Practices and themes in the CMS: editors keep them; a thematic page needs its theme."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from practitioners.models import Practice, SavedReply, Theme

WORDS = MultiFieldPanel(
    [
        FieldPanel("name"),
        FieldPanel("slug", help_text=_("In the address of its pages: changing it breaks links that people kept.")),
        FieldPanel("aliases", help_text=_("Other words people type for it, separated by commas.")),
        FieldPanel("summary"),
    ],
    heading=_("Words"),
)


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = _("Themes")
    list_display = ["name", "slug", "summary"]
    search_fields = ["name", "folded"]
    ordering = ["folded"]
    panels = [WORDS, FieldPanel("practices")]


class PracticeViewSet(SnippetViewSet):
    model = Practice
    icon = "list-ul"
    menu_label = _("Practices")
    list_display = ["name", "noun", "slug"]
    search_fields = ["name", "folded"]
    ordering = ["folded"]
    panels = [WORDS, FieldPanel("noun"), FieldPanel("description")]


class SavedReplyViewSet(SnippetViewSet):
    """Those of the verification desk, in its own menu."""

    model = SavedReply
    icon = "comment"
    menu_label = _("Saved replies")
    menu_order = 260
    add_to_admin_menu = True
    list_display = ["title", "text"]
    search_fields = ["title", "text"]
    ordering = ["title"]
    panels = [FieldPanel("title"), FieldPanel("text")]


class CatalogueGroup(SnippetViewSetGroup):
    items = (ThemeViewSet, PracticeViewSet)
    menu_label = _("Practices and themes")
    menu_icon = "tag"
    menu_order = 250
