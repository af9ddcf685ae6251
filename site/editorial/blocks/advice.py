from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class AdviceBlock(blocks.StructBlock):
    """Things a reader can do alone: a sentence or two, or one a line."""

    title = blocks.CharBlock(label=_("Title"), max_length=100)
    text = blocks.TextBlock(label=_("Text"), max_length=600, required=False)
    items = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("In a few words"), max_length=90)),
                ("text", blocks.TextBlock(label=_("Explanation"), max_length=500, required=False)),
            ]
        ),
        label=_("Pieces of advice"),
        min_num=0,
        max_num=8,
    )

    class Meta:
        label = _("Advice")
        icon = "list-ul"
        template = "editorial/blocks/advice.html"
