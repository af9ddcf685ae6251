"""The desk of messages received in the menu of the CMS, and what waits on its first page."""

from typing import Any

from django.http import HttpRequest
from django.template.context import Context
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from legal import cms_exchange_urls
from legal.exchanges import policies
from legal.models import Exchange


@hooks.register("register_admin_urls")
def exchange_urls() -> list[object]:
    return [path("", include(cms_exchange_urls))]


class ExchangesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_read_queue(request.user)


@hooks.register("register_admin_menu_item")
def exchanges_item() -> MenuItem:
    return ExchangesItem(
        _("Messages received"), reverse("exchange_desk"), name="messages-received", icon_name="mail", order=40
    )


class WaitingPanel(Component):
    """How many messages wait, and since when."""

    name = "exchanges_waiting"
    template_name = "legal/cms/exchanges_panel.html"
    order = 20

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        waiting = Exchange.objects.filter(state=Exchange.State.WAITING).order_by("last_at")
        return {"count": waiting.count(), "oldest": waiting.first()}


@hooks.register("construct_homepage_panels")
def waiting(request: HttpRequest, panels: list[Component]) -> None:
    if policies.may_read_queue(request.user):
        panels.append(WaitingPanel())
