"""The CMS for those who own one page, and the registers of the team.

The first lines register who owns what (`practitioners.policies.ownership`): they must run before any view asks.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.images import get_image_model
from wagtail.models import AbstractPage, Page
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from practitioners import cms_urls
from practitioners.actions import media
from practitioners.catalogue_cms import CatalogueGroup, SavedReplyViewSet
from practitioners.cms_home import OwnPagesPanel, VerificationPanel
from practitioners.models import ProfilePage, StructurePage
from practitioners.policies.files import may_verify
from practitioners.policies.ownership import OwnImagesPolicy, OwnPagesPolicy, is_only_an_owner, owned_pages
from practitioners.registers import FileRegister, HarvestRegister, PractitionerRegister

register_permission_policy(AbstractPage, OwnPagesPolicy(Page))
# Exact: Wagtail's images register theirs for the class and its heirs, at a moment that depends on who loads the hooks first.
register_permission_policy(
    get_image_model(),
    OwnImagesPolicy(get_image_model(), auth_model="wagtailimages.Image", owner_field_name="uploaded_by_user"),
    exact_class=True,
)
register_snippet(CatalogueGroup)
register_snippet(SavedReplyViewSet)
modeladmin_register(FileRegister)
modeladmin_register(PractitionerRegister)
modeladmin_register(HarvestRegister)

KEPT_FOR_OWNERS = {"images"}


@hooks.register("register_admin_urls")
def desk_urls() -> list[object]:
    return [path("verification/", include(cms_urls))]


@hooks.register("construct_main_menu")
def only_what_an_owner_needs(request: HttpRequest, items: list[MenuItem]) -> None:
    """The own page and its pictures; explorer, search and reports would be empty rooms."""
    if not is_only_an_owner(request.user):
        return
    own = [
        MenuItem(
            _("My page") if isinstance(page, ProfilePage) else page.title,
            _edit(page),
            icon_name="doc-full",
            order=10 + n,
        )
        for n, page in enumerate(owned_pages(request.user))
    ]
    back = MenuItem(_("Practitioner area"), reverse("office_home"), icon_name="arrow-left", order=900)
    items[:] = own + [item for item in items if item.name in KEPT_FOR_OWNERS]
    if any(isinstance(page, ProfilePage) for page in owned_pages(request.user)):
        items.append(back)


@hooks.register("construct_homepage_panels", order=1000)
def start_with_the_own_page(request: HttpRequest, panels: list[Component]) -> None:
    if is_only_an_owner(request.user):
        panels[:] = [OwnPagesPanel()]
    elif may_verify(request.user):
        panels.insert(0, VerificationPanel())


@hooks.register("construct_homepage_summary_items", order=1000)
def no_figures_of_the_site(request: HttpRequest, items: list[Component]) -> None:
    if is_only_an_owner(request.user):
        items.clear()


@hooks.register("construct_page_action_menu")
def publish_first(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, object]) -> None:
    """An owner publishes without asking anybody (R5): that is the button, the draft stands under it."""
    if is_only_an_owner(request.user):
        items.sort(key=lambda item: item.name != "action-publish")


@hooks.register("after_edit_page")
def stay_on_the_own_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail would go to the list the page stands in, which is closed to owners."""
    return redirect(_edit(page)) if is_only_an_owner(request.user) else None


@hooks.register("before_edit_page")
def open_the_own_collection(request: HttpRequest, page: Page) -> None:
    """So that pictures can be added at the first visit."""
    if not is_only_an_owner(request.user):
        return
    if isinstance(page, ProfilePage) and page.practitioner.media_id is None:
        media.collection_of(owner=page.practitioner)
    elif isinstance(page, StructurePage) and page.structure.media_id is None:
        media.collection_of(owner=page.structure)


def _edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
