from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class QuestionsBlock(blocks.StructBlock):
    """Questions and answers; the page's schema.org FAQ is made from them."""

    title = blocks.CharBlock(label=_("Title"), max_length=100, default="Questions fréquentes")
    items = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("question", blocks.CharBlock(label=_("Question"), max_length=160)),
                ("answer", blocks.RichTextBlock(label=_("Answer"), features=["bold", "link", "ol", "ul"])),
            ]
        ),
        label=_("Questions"),
        min_num=1,
        max_num=20,
    )

    class Meta:
        label = _("Questions and answers")
        icon = "help"
        template = "editorial/blocks/questions.html"
