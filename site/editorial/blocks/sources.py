from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class SourcesBlock(blocks.StructBlock):
    """Where what is said comes from, with dates: what is known, and what is not."""

    items = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("Title"), max_length=200)),
                ("publisher", blocks.CharBlock(label=_("Published by"), max_length=120)),
                ("year", blocks.IntegerBlock(label=_("Year"), min_value=1950, max_value=2100)),
                ("url", blocks.URLBlock(label=_("Address"), required=False)),
            ]
        ),
        label=_("Sources"),
        min_num=1,
        max_num=20,
    )

    class Meta:
        label = _("Sources")
        icon = "doc-full"
        template = "editorial/blocks/sources.html"
