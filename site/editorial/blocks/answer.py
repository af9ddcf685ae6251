from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks

MOST_WORDS = 70


class AnswerBlock(blocks.StructBlock):
    """The short answer first: a reader who stops there has been told the essential."""

    text = blocks.TextBlock(label=_("Answer in about 50 words"), max_length=600)

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        words = len(cleaned["text"].split())
        if words > MOST_WORDS:
            message = ngettext(
                "%(words)d word: keep the answer under %(most)d.",
                "%(words)d words: keep the answer under %(most)d.",
                words,
            ) % {"words": words, "most": MOST_WORDS}
            raise blocks.StructBlockValidationError(block_errors={"text": ValidationError(message)})
        return cleaned

    class Meta:
        label = _("Short answer")
        icon = "tick-inverse"
        template = "editorial/blocks/answer.html"
