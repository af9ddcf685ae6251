from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from editorial import listings
from editorial.blocks.booking_call import practice_choices


class PricesBlock(blocks.StructBlock):
    """The median price seen on the platform for a practice; nothing below 20 practitioners, where it would mislead."""

    practice = blocks.ChoiceBlock(label=_("Practice"), choices=practice_choices)

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["prices"] = listings.prices_seen(value["practice"])
        return context

    class Meta:
        label = _("Prices seen")
        icon = "snippet"
        template = "editorial/blocks/prices.html"
