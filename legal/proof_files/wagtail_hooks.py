"""The desk of proof files in the CMS: its address and its place in the menu."""

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legal import policies
from legal.proof_files import views


@hooks.register("register_admin_urls")
def proof_file_urls() -> list[object]:
    return [path("dossiers-de-preuve/", views.desk, name="legal_desk_proof_files")]


class ProofFilesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_use_documents(request.user)


@hooks.register("register_admin_menu_item")
def proof_files_item() -> MenuItem:
    return ProofFilesItem(
        _("Proof files"), reverse("legal_desk_proof_files"), name="proof-files", icon_name="folder-open-1", order=26
    )
