"""Registers of the CMS (wagtail-modeladmin): the application files for the verification team, the practitioners for the operator."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import EditView

from accounts.models import User
from common.access.kinds import kind
from common.clock import now
from common.registers import ReadOnly, RegisterList
from common.wording import elided
from practitioners.actions.announcements import announce
from practitioners.models import ApplicationItem, Harvest, Practitioner
from practitioners.policies.files import may_operate, may_verify

PRACTITIONERS = kind(
    "practitioners-list",
    _("List of practitioners"),
    _("Statistics of the network"),
    _("Follow-up of the partner programme"),
)


class FilePermissions(ReadOnly):
    """Files are read and decided on their own page; the register only lists them."""

    may = staticmethod(may_verify)


class FileButtons(ButtonHelper):
    def get_buttons_for_obj(self, obj: Practitioner, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return [
            {
                "url": reverse("verification_file", args=[obj.pk]),
                "label": _("Open the file"),
                "classname": "button button-small button-secondary",
                "title": elided(_("Open the file of %(name)s") % {"name": obj.full_name}),
            }
        ]


class FileList(RegisterList):
    page_title = _("Application files")


class FileRegister(ModelAdmin):
    model = Practitioner
    index_view_class = FileList
    base_url_path = "dossiers"
    menu_label = _("Application files")
    menu_icon = "tasks"
    menu_order = 210
    permission_helper_class = FilePermissions
    button_helper_class = FileButtons
    history_view_enabled = False
    list_display = ("file", "status_word", "waiting_since", "checked_items", "town")
    list_filter = ("status",)
    search_fields = ("last_name", "first_name", "professional_email", "siret")
    ordering = ("submitted_at",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Practitioner]:
        statuses = ApplicationItem.objects.only("practitioner", "status")
        return super().get_queryset(request).prefetch_related(Prefetch("items", statuses))

    def file(self, obj: Practitioner) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("verification_file", args=[obj.pk]), obj.full_name)

    file.short_description = _("File")
    file.admin_order_field = "sort_name"

    def status_word(self, obj: Practitioner) -> str:
        return obj.get_status_display()

    status_word.short_description = _("Status")
    status_word.admin_order_field = "status"

    def waiting_since(self, obj: Practitioner) -> str:
        if obj.status != Practitioner.Status.SUBMITTED or obj.submitted_at is None:
            return "–"
        return timesince(obj.submitted_at, now(), depth=1)

    waiting_since.short_description = _("Waiting for")
    waiting_since.admin_order_field = "submitted_at"

    def checked_items(self, obj: Practitioner) -> str:
        statuses = [item.status for item in obj.items.all()]
        return f"{statuses.count(ApplicationItem.Status.ACCEPTED)} / {len(statuses)}"

    checked_items.short_description = _("Checked items")


class PractitionerPermissions(ReadOnly):
    may = staticmethod(may_operate)

    def user_can_edit_obj(self, user: User, obj: Practitioner) -> bool:
        return may_operate(user) and obj.user_id != user.pk


class PartnerFlagView(EditView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The flag is a criterion of the ranking."""
        response = super().form_valid(form)
        announce(self.instance.pk)
        return response


class PractitionerRegister(ModelAdmin):
    """All practitioners; the only thing changed here is the partner flag, with its date and evidence (S4)."""

    model = Practitioner
    index_view_class = RegisterList
    base_url_path = "praticiens"
    menu_label = _("Practitioners")
    menu_icon = "group"
    menu_order = 220
    permission_helper_class = PractitionerPermissions
    edit_view_class = PartnerFlagView
    history_view_enabled = False
    list_display = ("full_name", "status_word", "town", "listed_on", "partner")
    list_filter = ("status", "partner_software")
    export_kind = PRACTITIONERS
    export_filename = "praticiens"
    list_export = ("full_name", "slug", "status", "town", "listed_at", "partner_software", "partner_since")
    search_fields = ("last_name", "first_name", "professional_email", "siret", "town")
    ordering = ("sort_name",)
    list_per_page = 50
    panels = [
        MultiFieldPanel(
            [FieldPanel("partner_software"), FieldPanel("partner_since"), FieldPanel("partner_evidence")],
            heading=_("Partner software"),
        )
    ]

    def status_word(self, obj: Practitioner) -> str:
        return obj.get_status_display()

    status_word.short_description = _("Status")
    status_word.admin_order_field = "status"

    def exported_people(self, rows: QuerySet[Practitioner]) -> list[int | None]:
        return list(rows.order_by().values_list("user_id", flat=True))

    def listed_on(self, obj: Practitioner) -> str:
        return f"{obj.listed_at:%d/%m/%Y}" if obj.listed_at else "–"

    listed_on.short_description = _("Listed since")
    listed_on.admin_order_field = "listed_at"

    def partner(self, obj: Practitioner) -> str:
        return f"{obj.partner_since:%d/%m/%Y}" if obj.partner_software and obj.partner_since else "–"

    partner.short_description = _("Partner since")
    partner.admin_order_field = "partner_since"


class HarvestPermissions(ReadOnly):
    may = staticmethod(may_operate)


class HarvestRegister(ModelAdmin):
    """Networks that collected addresses, as the trap addresses of pages tell; they are shown no telephone number for a month."""

    model = Harvest
    index_view_class = RegisterList
    base_url_path = "moissons"
    menu_label = _("Harvests of addresses")
    menu_icon = "warning"
    menu_order = 230
    permission_helper_class = HarvestPermissions
    history_view_enabled = False
    list_display = ("received_at", "practitioner", "read_on", "network", "mails")
    list_filter = ("read_on",)
    list_select_related = ("practitioner",)
    ordering = ("-received_at",)
    list_per_page = 50
