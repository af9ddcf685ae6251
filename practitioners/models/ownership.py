"""Pages that belong to people outside the team: only their owner edits them, and nobody moves, copies or unpublishes them by hand.

What an owner is granted comes from `practitioners.policies.ownership`; this is the other half, what a page lets anybody do.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page
from wagtail.models.pages import PagePermissionTester
from wagtail.permissions import policy_registry

from accounts.models import User
from legal.claims.page_forms import ClaimsPageForm


class OwnedPagePermissionTester(PagePermissionTester):
    """Owners edit and publish (R5); the team acts through the actions of the referencing, never on the page itself.

    A group that holds add and publish on a parent could otherwise unpublish, move or delete the page of somebody else.
    """

    page: "OwnedPage"

    def __init__(self, user: User, page: "OwnedPage") -> None:
        super().__init__(user, page)
        self.is_owner = bool(user.is_active and page.is_owned_by(user))

    @property
    def _is_superuser(self) -> bool:
        return bool(self.user.is_active and self.user.is_superuser)

    def can_edit(self) -> bool:
        return self._is_superuser or self.is_owner

    def can_publish(self) -> bool:
        return self._is_superuser or (self.is_owner and self.page.may_be_public)

    can_unschedule = can_publish
    can_view_revisions = can_edit

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self._is_superuser

    def can_unpublish(self) -> bool:
        return False

    def can_add_subpage(self) -> bool:
        return False

    can_publish_subpage = can_reorder_children = can_copy = can_move = can_add_subpage
    can_lock = can_set_view_restrictions = can_submit_for_moderation = can_add_subpage

    def can_unlock(self) -> bool:
        return self._is_superuser

    def can_move_to(self, destination: Page) -> bool:
        return False

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:
        return False


class OwnedPageForm(ClaimsPageForm):
    """Pictures are those the person may choose; Wagtail's own field would take the number of any picture."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        policy = policy_registry.get_by_type(get_image_model())
        for name, value in list(data.items()):
            known = self._pictures(getattr(self.instance, name, None)) if self.instance.pk else set()
            for image in self._images(value):
                if image.pk not in known and not policy.user_has_permission_for_instance(
                    self.for_user, "choose", image
                ):
                    self.add_error(name, _("Choose one of your own pictures."))
        return data

    def _images(self, value: Any) -> list[AbstractImage]:
        if isinstance(value, AbstractImage):
            return [value]
        if isinstance(value, StreamValue):
            return [block.value["image"] for block in value if block.block_type == "photo" and block.value["image"]]
        return []

    def _pictures(self, value: Any) -> set[int]:
        return {image.pk for image in self._images(value)}


class OwnedPage:
    """Mixed into a page type, before `Page`."""

    base_form_class = OwnedPageForm

    @property
    def may_be_public(self) -> bool:
        return True

    def is_owned_by(self, user: User) -> bool:
        raise NotImplementedError

    def permissions_for_user(self, user: Any) -> OwnedPagePermissionTester:
        return OwnedPagePermissionTester(user, self)

    def get_workflow(self) -> None:
        """None, whatever the section's: nobody's approval is asked (R5)."""
        return None
