"""The blocks editors write with, one module a kind. `body_blocks()` is what the pages offer."""

from wagtail.blocks import Block

from editorial.blocks.advice import AdviceBlock
from editorial.blocks.answer import AnswerBlock
from editorial.blocks.booking_call import BookingCallBlock
from editorial.blocks.doctor_first import DoctorFirstBlock
from editorial.blocks.practitioners import PractitionersBlock
from editorial.blocks.prices import PricesBlock
from editorial.blocks.questions import QuestionsBlock
from editorial.blocks.sources import SourcesBlock
from editorial.blocks.testimonial import TestimonialBlock
from editorial.blocks.text import QuoteBlock, RichTextBlock
from editorial.blocks.video import VideoBlock

__all__ = ["body_blocks", "theme_blocks"]


def body_blocks() -> list[tuple[str, Block]]:
    """Articles and standing pages."""
    return [
        ("text", RichTextBlock()),
        ("advice", AdviceBlock()),
        ("quote", QuoteBlock()),
        ("testimonial", TestimonialBlock()),
        ("doctor_first", DoctorFirstBlock()),
        ("practitioners", PractitionersBlock()),
        ("prices", PricesBlock()),
        ("questions", QuestionsBlock()),
        ("booking_call", BookingCallBlock()),
        ("video", VideoBlock()),
        ("sources", SourcesBlock()),
    ]


def theme_blocks() -> list[tuple[str, Block]]:
    """A thematic page opens with its answer."""
    return [("answer", AnswerBlock()), *body_blocks()]
