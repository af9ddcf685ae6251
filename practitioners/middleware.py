"""Owners of one page see, of the CMS, what editing it takes: the rest is closed by default.

The permission policies already refuse every action on the pages and pictures of others. This second door is for what Wagtail shows
to whoever may enter at all: names in filters, titles in choosers and confirmations, reports, the API of the explorer.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from practitioners.policies.ownership import is_only_an_owner, owned_pages

CMS = "/cms/"
OPEN = {
    "wagtailadmin_home",
    "wagtailadmin_account",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_dismissibles",
    "wagtailadmin_block_preview",
    # The home page's search field; its results are narrowed by the policies.
    "wagtailadmin_pages:search",
    "wagtailadmin_pages:search_results",
    "wagtailadmin_editing_sessions:ping",
    "wagtailadmin_editing_sessions:release",
}
# Asked for the own page only.
OPEN_FOR_OWN_PAGE = {
    f"wagtailadmin_pages:{name}"
    for name in (
        "edit", "preview_on_edit", "view_draft", "history", "history_results", "revisions_index", "revisions_view",
        "revisions_revert", "revisions_compare",
    )
}  # fmt: skip
# Lists and forms that the policies already narrow to the own collection.
OPEN_NAMESPACES = {"wagtailimages", "wagtailimages_chooser"}


class OwnersCmsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        if (
            not request.path_info.startswith(CMS)
            or not request.user.is_authenticated
            or not is_only_an_owner(request.user)
        ):
            return
        match = request.resolver_match
        if match.view_name in OPEN or match.namespace in OPEN_NAMESPACES:
            return
        if match.view_name in OPEN_FOR_OWN_PAGE:
            page_id = kwargs.get("page_id", kwargs.get("pk"))
            if any(page.pk == page_id for page in owned_pages(request.user)):
                return
        raise PermissionDenied
