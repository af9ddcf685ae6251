"""Who owns what in the CMS, as permission policies of Wagtail (registered by `practitioners.wagtail_hooks`).

Nothing is granted to the groups of practitioners and structure administrators on any section or collection: the policies add,
for the person who asks, the own pages and the own pictures. Every view, list, chooser, report, search and API of Wagtail asks
the policies, so what is not granted here is neither seen nor reached, by address either.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from wagtail.models import Collection, Page
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.models import User
from accounts.roles import Role, has_role, roles_of
from practitioners.models import Practitioner, ProfilePage, Structure, StructurePage


@dataclass(frozen=True)
class Codename:
    codename: str


@dataclass(frozen=True)
class PageGrant:
    """Read by Wagtail as a row of GroupPagePermission."""

    page: Page
    permission: Codename

    @property
    def page_id(self) -> int:
        return self.page.pk


@dataclass(frozen=True)
class CollectionGrant:
    """Read by Wagtail as a row of GroupCollectionPermission."""

    collection: Collection
    permission: Codename

    @property
    def collection_id(self) -> int:
        return self.collection.pk


def owned_pages(user: User) -> Iterator[Page]:
    """The pages the person edits: the profile unless the contract has ended, the structures' pages administered."""
    if has_role(user, Role.PRACTITIONER):
        yield from ProfilePage.objects.filter(practitioner__user=user).exclude(
            practitioner__status=Practitioner.Status.ENDED
        )
    if has_role(user, Role.STRUCTURE):
        yield from StructurePage.objects.filter(structure__administrators=user)


def owned_collections(user: User) -> list[Collection]:
    """Where the person's pictures are; `practitioners.actions.media` makes the collection."""
    roots = Q(pk__in=[])
    if has_role(user, Role.PRACTITIONER):
        mine = Practitioner.objects.filter(user=user).exclude(status=Practitioner.Status.ENDED)
        roots |= Q(pk__in=mine.values("media"))
    if has_role(user, Role.STRUCTURE):
        roots |= Q(pk__in=Structure.objects.filter(administrators=user).values("media"))
    return list(Collection.objects.filter(roots))


def is_only_an_owner(user: User) -> bool:
    """In the CMS for the own page alone: the menu and the home page are reduced to it."""
    roles = roles_of(user)
    return not user.is_superuser and bool(roles) and roles <= {Role.PRACTITIONER, Role.STRUCTURE}


class OwnPagesPolicy(PagePermissionPolicy):
    """The permissions of the groups, and change and publish on the own pages."""

    def get_all_permissions_for_user(self, user: User) -> list[object]:
        granted: list[object] = list(super().get_all_permissions_for_user(user))
        if user.is_active and user.is_authenticated and not user.is_superuser:
            granted += [
                PageGrant(page, Codename(codename))
                for page in owned_pages(user)
                for codename in ("change_page", "publish_page")
            ]
        return granted


class OwnImagesPolicy(CollectionOwnershipPermissionPolicy):
    """The permissions of the groups, and all of them on the own collection of pictures."""

    permission_cache_name = "_own_images_cache"

    def get_all_permissions_for_user(self, user: User) -> list[object]:
        granted: list[object] = list(super().get_all_permissions_for_user(user))
        if user.is_active and user.is_authenticated and not user.is_superuser:
            granted += [
                CollectionGrant(collection, Codename(codename))
                for collection in owned_collections(user)
                for codename in ("add_image", "change_image", "choose_image")
            ]
        return granted
