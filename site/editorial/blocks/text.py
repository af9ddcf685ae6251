from django.utils.translation import gettext_lazy as _
from wagtail import blocks

FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "document-link"]


class RichTextBlock(blocks.RichTextBlock):
    """Running text; titles start at h2 so that the page keeps one h1 and no gap in its outline."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        template = "editorial/blocks/text.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"), max_length=500)
    author = blocks.CharBlock(label=_("Who said it"), max_length=120)
    source_url = blocks.URLBlock(label=_("Where it can be read"), required=False)

    class Meta:
        label = _("Quotation")
        icon = "openquote"
        template = "editorial/blocks/quote.html"
