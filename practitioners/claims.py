"""Where practitioners and structures speak in public: their pages, their sessions, their replies (R5)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.wording import elided
from legal.claims import pages, surfaces
from legal.claims.surfaces import Published, Surface
from practitioners.models import ProfilePage, Review, Service, StructurePage
from practitioners.models.practitioner import Practitioner


def register() -> None:
    pages.register(
        ProfilePage, "profile", _("profile"), of_owners=True, owner_email=lambda page: page.practitioner.user.email
    )
    pages.register(
        StructurePage, "structure", _("structure's page"), of_owners=True, owner_email=lambda page: page.structure.email
    )
    surfaces.register(Surface("service", _("session offered"), _service_ids, _service))
    surfaces.register(Surface("reply", _("reply to a review"), _reply_ids, _reply, reply=True))


def _service_ids(after: int, most: int) -> list[int]:
    shown = Service.objects.filter(archived_at=None, practitioner__status=Practitioner.Status.LISTED, pk__gt=after)
    return list(shown.order_by("pk").values_list("pk", flat=True)[:most])


def _service(object_id: int) -> Published | None:
    shown = Service.objects.filter(archived_at=None, practitioner__status=Practitioner.Status.LISTED)
    row = shown.select_related("practitioner__user").filter(pk=object_id).first()
    if row is None:
        return None
    return Published(
        object_id=row.pk,
        title=f"{row.name} – {row.practitioner.full_name}",
        texts={"name": row.name, "description": row.description, "preparation": row.preparation},
        url=f"/praticiens/{row.practitioner.slug}/",
        edit_url=reverse("office:service_edit", args=[row.pk]),
        owner_email=row.practitioner.user.email,
    )


def _reply_ids(after: int, most: int) -> list[int]:
    shown = Review.objects.published().exclude(reply="").filter(pk__gt=after)
    return list(shown.order_by("pk").values_list("pk", flat=True)[:most])


def _reply(object_id: int) -> Published | None:
    row = Review.objects.published().select_related("practitioner__user").filter(pk=object_id).exclude(reply="").first()
    if row is None:
        return None
    return Published(
        object_id=row.pk,
        title=elided(str(_("Reply of %(name)s")) % {"name": row.practitioner.full_name}),
        texts={"reply": row.reply},
        url=f"/praticiens/{row.practitioner.slug}/",
        edit_url=reverse("office_reviews"),
        owner_email=row.practitioner.user.email,
    )
