"""Menus of the governance of data, for the legal team."""

from typing import Any

from django.http import HttpRequest
from django.template.context import Context
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from common.clock import now as clock_now
from legal import governance_urls, policies
from legal.models import Breach, ProviderAnswer


@hooks.register("register_admin_urls")
def governance_desks() -> list[object]:
    return [path("", include(governance_urls))]


class ReadersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_read_register(request.user)


class WritersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_use_documents(request.user)


@hooks.register("register_admin_menu_item")
def providers_item() -> MenuItem:
    return ReadersItem(_("Providers"), reverse("legal_desk_providers"), name="providers", icon_name="site", order=32)


@hooks.register("register_admin_menu_item")
def breaches_item() -> MenuItem:
    return WritersItem(
        _("Breaches of data"), reverse("legal_desk_breaches"), name="breaches", icon_name="warning", order=34
    )


@hooks.register("register_admin_menu_item")
def oversight_item() -> MenuItem:
    return WritersItem(
        _("Audits and disclosures"),
        reverse("legal_desk_oversight"),
        name="oversight",
        icon_name="clipboard-list",
        order=36,
    )


@hooks.register("register_admin_menu_item")
def accessibility_item() -> MenuItem:
    return WritersItem(
        _("Accessibility"), reverse("legal_desk_accessibility"), name="accessibility", icon_name="view", order=38
    )


class GovernancePanel(Component):
    """Clocks that run: breaches to notify, objections to answer."""

    name = "governance_queue"
    template_name = "legal/cms/governance/panel.html"
    order = 13

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        now = clock_now()
        breaches = [
            (row, int((row.due_at - now).total_seconds() // 3600)) for row in Breach.objects.filter(closed_at=None)[:10]
        ]
        objections = ProviderAnswer.objects.filter(answer="objection", follow="none").count()
        return {"breaches": breaches, "objections": objections}


@hooks.register("construct_homepage_panels")
def governance_queue(request: HttpRequest, panels: list[Component]) -> None:
    if policies.may_use_documents(request.user):
        panels.insert(0, GovernancePanel())
