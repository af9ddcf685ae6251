"""The claims check in the CMS: its menu, its desk, its script in the editor, and the doors around the editor."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from legal import policies
from legal.claims import cms_urls, judging
from legal.claims.forms import said
from legal.claims.pages import keys, texts_of


@hooks.register("register_admin_urls")
def claims_desk() -> list[object]:
    return [path("", include(cms_urls))]


class ClaimsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_use_documents(request.user)


@hooks.register("register_admin_menu_item")
def claims_item() -> MenuItem:
    return ClaimsItem(gettext_lazy("Wording"), reverse("legal_desk_claims"), name="claims", icon_name="edit", order=28)


@hooks.register("insert_editor_js")
def claims_script() -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static("js/claims/underline.js"))


@hooks.register("insert_global_admin_css")
def claims_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/pages/claims.css"))


@hooks.register("before_bulk_action")
def publishing_many(
    request: HttpRequest, action_type: str, objects: list[object], action_class_instance: object
) -> HttpResponse | None:
    """Many pages at once pass the same check; those that are refused are named, and none is published."""
    if action_type != "publish":
        return None
    refused = []
    for page in objects:
        specific = page.get_latest_revision_as_object() if isinstance(page, Page) else None
        surface = keys.get(type(specific)) if specific is not None else None
        if specific is None or surface is None:
            continue
        found = judging.look(texts_of(type(specific), lambda name, specific=specific: getattr(specific, name)))
        fine = judging.answered(found, surface=surface, author=request.user)
        refused += [f"{specific.title} – {said(row)}" for row in found if row.fingerprint not in fine]
    if not refused or request.method != "POST":
        return None
    messages.error(request, _("Nothing was published. %(remarks)s") % {"remarks": " ".join(refused[:5])})
    return redirect("wagtailadmin_explore_root")
