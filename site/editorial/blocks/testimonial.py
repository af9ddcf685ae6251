from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class TestimonialBlock(blocks.StructBlock):
    """Someone's experience, with that person's written agreement. It promises nothing to others, and says so."""

    __test__ = False  # not a test class, whatever its name

    text = blocks.TextBlock(label=_("What this person says"), max_length=700)
    first_name = blocks.CharBlock(label=_("First name"), max_length=40)
    context = blocks.CharBlock(
        label=_("Context"), max_length=120, required=False, help_text=_("For example “five sessions in 2026”.")
    )
    agreed = blocks.BooleanBlock(label=_("This person agreed in writing to this publication"))

    class Meta:
        label = _("Testimonial")
        icon = "user"
        template = "editorial/blocks/testimonial.html"
