from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class DoctorFirstBlock(blocks.StructBlock):
    """What belongs to a doctor first (P3): a wellness activity complements, never replaces."""

    text = blocks.TextBlock(label=_("Introduction"), max_length=400, required=False)
    signs = blocks.ListBlock(
        blocks.CharBlock(label=_("Sign"), max_length=160), label=_("See a doctor first if"), min_num=1, max_num=8
    )

    class Meta:
        label = _("See a doctor first")
        icon = "warning"
        template = "editorial/blocks/doctor_first.html"
