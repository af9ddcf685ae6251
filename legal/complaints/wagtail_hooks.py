"""The complaints in the menu of the CMS."""

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legal import policies
from legal.complaints import cms_urls


@hooks.register("register_admin_urls")
def complaint_urls() -> list[object]:
    return [path("", include(cms_urls))]


class ComplaintsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_moderate(request.user)


@hooks.register("register_admin_menu_item")
def complaints_item() -> MenuItem:
    return ComplaintsItem(
        pgettext_lazy("moderation", "Complaints"),
        reverse("moderation_complaints"),
        name="moderation-complaints",
        icon_name="resubmit",
        order=221,
    )
