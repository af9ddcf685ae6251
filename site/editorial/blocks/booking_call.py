from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from practitioners.models import Practice


def practice_choices() -> list[tuple[str, str]]:
    return list(Practice.objects.values_list("slug", "name"))


class BookingCallBlock(blocks.StructBlock):
    """An invitation to look at free times: a search that is already filled in."""

    title = blocks.CharBlock(label=_("Title"), max_length=100)
    text = blocks.TextBlock(label=_("Text"), max_length=240, required=False)
    practice = blocks.ChoiceBlock(label=_("Practice searched"), choices=practice_choices, required=False)
    button = blocks.CharBlock(label=_("Words on the button"), max_length=50, default="Voir les horaires")

    class Meta:
        label = _("Call to book")
        icon = "date"
        template = "editorial/blocks/booking_call.html"
