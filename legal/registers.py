"""Registers of the CMS (wagtail-modeladmin): acceptances for the legal team, reports for the moderators. They list; pages act."""

from typing import Any

from django.contrib.admin.decorators import display
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.options import ModelAdmin

from common.clock import now
from common.registers import ReadOnly, RegisterList
from common.wording import short_datetime
from legal.models import Acceptance, Report
from legal.policies import may_moderate, may_read_acceptances


class OfLegalTeam(ReadOnly):
    may = staticmethod(may_read_acceptances)


class OfModerators(ReadOnly):
    may = staticmethod(may_moderate)


class NoButtons(ButtonHelper):
    def get_buttons_for_obj(self, obj: Any, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return []


class AcceptanceRegister(ModelAdmin):
    """Numbers, dates and versions; whose acceptance it is stands on its page, where the reading is logged."""

    model = Acceptance
    index_view_class = RegisterList
    base_url_path = "acceptations"
    menu_label = _("Acceptances")
    menu_icon = "check"
    menu_order = 20
    permission_helper_class = OfLegalTeam
    button_helper_class = NoButtons
    history_view_enabled = False
    list_display = ("link", "recorded", "which", "answer", "known")
    list_filter = ("refused", "version__document__kind")
    search_fields = ("hash", "commitment", "version__title")
    ordering = ("-sequence",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Acceptance]:
        return super().get_queryset(request).select_related("version__document", "detail")

    @display(description=pgettext_lazy("chain", "Link"), ordering="sequence")
    def link(self, obj: Acceptance) -> SafeString:
        return format_html('<a href="{}">#{}</a>', reverse("legal_desk_acceptance", args=[obj.sequence]), obj.sequence)

    @display(description=_("Recorded on"), ordering="recorded_at")
    def recorded(self, obj: Acceptance) -> str:
        return short_datetime(obj.recorded_at)

    @display(description=_("Version"))
    def which(self, obj: Acceptance) -> str:
        return str(obj.version)

    @display(description=_("Answer"))
    def answer(self, obj: Acceptance) -> Any:
        return _("Refused") if obj.refused else _("Accepted")

    @display(description=_("Identity"))
    def known(self, obj: Acceptance) -> Any:
        return _("Kept") if hasattr(obj, "detail") else _("Erased")


class ReportRegister(ModelAdmin):
    """The queue: what is open and oldest stands first."""

    model = Report
    index_view_class = RegisterList
    base_url_path = "signalements"
    menu_label = pgettext_lazy("moderation", "Reports")
    menu_icon = "warning"
    menu_order = 220
    permission_helper_class = OfModerators
    button_helper_class = NoButtons
    history_view_enabled = False
    list_display = ("file", "subject_label", "ground_word", "status_word", "age", "assigned_to")
    list_filter = ("status", "decision")
    index_view_extra_css = ["css/pages/legal-cms.css"]
    search_fields = ("reference", "subject_label", "reporter_email")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return super().get_queryset(request).select_related("assigned_to")

    def get_ordering(self, request: HttpRequest) -> Any:
        return (F("decided_at").desc(nulls_first=True), "received_at")

    @display(description=pgettext_lazy("moderation", "Report"))
    def file(self, obj: Report) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("moderation_report", args=[obj.pk]), obj.reference)

    @display(description=pgettext_lazy("moderation", "Ground"))
    def ground_word(self, obj: Report) -> str:
        return obj.get_ground_display()

    @display(description=_("Status"))
    def status_word(self, obj: Report) -> str:
        return obj.get_decision_display() if obj.is_decided else obj.get_status_display()

    @display(description=_("Waiting for"))
    def age(self, obj: Report) -> str:
        return short_datetime(obj.received_at) if obj.is_decided else timesince(obj.received_at, now(), depth=1)
