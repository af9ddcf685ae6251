from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageBlock

from editorial import videos


class VideoBlock(blocks.StructBlock):
    """A video that another site holds, behind a picture of ours: its site is asked only when the reader asks."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    url = blocks.URLBlock(label=_("Address of the video"), help_text=_("At YouTube, Vimeo or Dailymotion."))
    poster = ImageBlock(
        label=_("Picture shown before"), required=False, help_text=_("Kept on our site; without one, a plain frame.")
    )
    minutes = blocks.IntegerBlock(label=_("Length in minutes"), min_value=1, max_value=600, required=False)
    transcript = blocks.RichTextBlock(
        label=_("What is said"),
        features=["bold", "ol", "ul", "link"],
        help_text=_("For those who cannot see, hear or load it: without it the video is not accessible."),
    )

    def clean(self, value: Any) -> Any:
        result = super().clean(value)
        if videos.of(result["url"]) is None:
            error = ValidationError(_("Copy the address of the video at YouTube, Vimeo or Dailymotion."))
            raise StructBlockValidationError(block_errors={"url": error})
        return result

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        video = videos.of(value["url"])
        request = context.get("request")
        context["video"] = video
        context["request"] = request
        context["plays"] = bool(video and request and videos.may_load(request, video))
        return context

    class Meta:
        label = _("Video")
        icon = "media"
        template = "editorial/blocks/video.html"
