"""Blocks of the profile page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock


def gallery_block() -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            ("image", ImageChooserBlock(label=_("Photograph"))),
            ("alt", blocks.CharBlock(label=_("What the photograph shows"), max_length=160)),
        ],
        icon="image",
    )


def faq_block() -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            ("question", blocks.CharBlock(label=_("Question"), max_length=160)),
            ("answer", blocks.TextBlock(label=_("Answer"), max_length=1000)),
        ],
        icon="help",
    )
