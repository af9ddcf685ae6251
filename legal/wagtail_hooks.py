"""The CMS of the legal team and of the moderators: menus, addresses, and the queue on the first page."""

from typing import Any

from django.http import HttpRequest
from django.template.context import Context
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail_modeladmin.options import modeladmin_register

# Imported for what they register.
from legal import (
    cms_register_urls,
    cms_urls,
    governance_hooks,  # noqa: F401
    policies,
)
from legal.claims import wagtail_hooks as claims_hooks  # noqa: F401
from legal.complaints import wagtail_hooks as complaint_hooks  # noqa: F401
from legal.exchanges import wagtail_hooks as exchange_hooks  # noqa: F401
from legal.models import LegalVersion, Report, ReportComplaint
from legal.proof_files import wagtail_hooks as proof_hooks  # noqa: F401
from legal.registers import AcceptanceRegister, ReportRegister
from legal.requests import wagtail_hooks as rights_hooks  # noqa: F401

modeladmin_register(AcceptanceRegister)
modeladmin_register(ReportRegister)


@hooks.register("register_admin_urls")
def desk_urls() -> list[object]:
    return [path("", include(cms_urls)), path("", include(cms_register_urls))]


class DocumentsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_use_documents(request.user)


class RegisterItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_read_register(request.user)


@hooks.register("register_admin_menu_item")
def documents_item() -> MenuItem:
    return DocumentsItem(
        _("Legal documents"), reverse("legal_desk"), name="legal-documents", icon_name="doc-full", order=10
    )


@hooks.register("register_admin_menu_item")
def register_item() -> MenuItem:
    return RegisterItem(
        _("Processing (GDPR)"),
        reverse("legal_desk_register"),
        name="processing-register",
        icon_name="list-ul",
        order=30,
    )


class QueuePanel(Component):
    """What waits for the legal team and for the moderators, with the age of the oldest."""

    name = "legal_queue"
    template_name = "legal/cms/queue_panel.html"
    order = 15

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = parent_context["request"].user
        reports = Report.objects.exclude(status=Report.Status.DECIDED).order_by("received_at")
        complaints = ReportComplaint.objects.exclude(status=ReportComplaint.Status.DECIDED).order_by("received_at")
        versions = LegalVersion.objects.exclude(status=LegalVersion.Status.PUBLISHED).filter(document__owner=None)
        moderates, writes = policies.may_moderate(user), policies.may_use_documents(user)
        return {
            "moderates": moderates,
            "writes": writes,
            "reports": list(reports[:10]) if moderates else [],
            "report_count": reports.count() if moderates else 0,
            "complaint": complaints.first() if moderates else None,
            "complaint_count": complaints.count() if moderates else 0,
            "versions": list(versions.select_related("document", "author")) if writes else [],
        }


@hooks.register("construct_homepage_panels")
def queue(request: HttpRequest, panels: list[Component]) -> None:
    if policies.may_moderate(request.user) or policies.may_use_documents(request.user):
        panels.insert(0, QueuePanel())
