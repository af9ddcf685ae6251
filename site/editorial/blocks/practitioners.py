from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from editorial import listings
from practitioners.models import Theme


def theme_choices() -> list[tuple[str, str]]:
    return list(Theme.objects.values_list("slug", "name"))


class PractitionersBlock(blocks.StructBlock):
    """A live list, in the Contract's order: nobody can be put first by hand. Empty theme: that of the page."""

    title = blocks.CharBlock(label=_("Title"), max_length=100, required=False)
    theme = blocks.ChoiceBlock(label=_("Theme"), choices=theme_choices, required=False)
    count = blocks.IntegerBlock(label=_("How many"), default=6, min_value=1, max_value=12)

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        around = (parent_context or {}).get("listing")
        page_theme = getattr((parent_context or {}).get("page"), "theme", None)
        slug = value["theme"] or (page_theme.slug if page_theme else "")
        if around is not None and not value["theme"]:
            # The thematic page already looked near the visitor's place.
            context["found"] = around
        else:
            context["found"] = listings.find(theme=slug, count=value["count"])
        context["cards"] = context["found"].cards[: value["count"]]
        return context

    class Meta:
        label = _("Practitioners of a theme")
        icon = "group"
        template = "editorial/blocks/practitioners.html"
