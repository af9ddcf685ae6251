"""The own collection of pictures of a practitioner or a structure."""

from django.db import transaction
from django.db.models import Q
from wagtail.images import get_image_model
from wagtail.models import Collection

from practitioners.models import Practitioner, Structure


@transaction.atomic
def collection_of(*, owner: Practitioner | Structure) -> Collection:
    """The collection where the owner's pictures are, made at the first use. Pictures put elsewhere cannot be chosen by the owner."""
    locked = (
        type(owner)
        ._default_manager.select_for_update(of=("self",), no_key=True)
        .select_related("media")
        .get(pk=owner.pk)
    )
    if locked.media is None:
        root = Collection.get_first_root_node()
        locked.media = root.add_child(instance=Collection(name=f"{locked} ({locked.slug})"[:255]))
        locked.save(update_fields=["media"])
    owner.media = locked.media
    return locked.media


def forget_drawings(*, owner: Practitioner) -> None:
    """What was drawn of the owner's pictures for the public pages goes, files too; the pictures wait for retention."""
    own = Q(image__collection=owner.media_id) if owner.media_id else Q(pk__in=())
    portrait = owner.page.portrait_id if hasattr(owner, "page") else None
    if portrait:
        own |= Q(image=portrait)
    for drawing in get_image_model().get_rendition_model().objects.filter(own):
        drawing.delete()
