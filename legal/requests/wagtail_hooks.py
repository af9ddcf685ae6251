"""The CMS: the addresses of the desk, its place in the menu, and what waits on the first page."""

from typing import Any

from django.http import HttpRequest
from django.template.context import Context
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from common.clock import today
from legal import policies
from legal.models import RightsRequest
from legal.requests import cms_urls


@hooks.register("register_admin_urls")
def rights_urls() -> list[object]:
    return [path("", include(cms_urls))]


class RightsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_use_documents(request.user)


@hooks.register("register_admin_menu_item")
def rights_item() -> MenuItem:
    return RightsItem(
        _("Requests (GDPR)"), reverse("legal_desk_rights"), name="rights-requests", icon_name="user", order=25
    )


class RightsPanel(Component):
    """The requests whose end is nearest."""

    name = "rights_queue"
    template_name = "legal/cms/rights/panel.html"
    order = 14

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        rows = RightsRequest.objects.filter(answered_at=None)
        day = today()
        return {
            "rows": [{"request": row, "days": row.days_left(day)} for row in rows[:5]],
            "count": rows.count(),
        }


@hooks.register("construct_homepage_panels")
def rights_queue(request: HttpRequest, panels: list[Component]) -> None:
    if policies.may_use_documents(request.user) and RightsRequest.objects.filter(answered_at=None).exists():
        panels.insert(0, RightsPanel())
