"""Registers of the CMS for the operator: appointments without who comes, payments, and the dated service fee."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.models import Appointment, FeeRate
from common.clock import now
from common.money import format_euros
from practitioners.policies.files import may_operate


class ReadOnly(PermissionHelper):
    def user_can_list(self, user: User) -> bool:
        return may_operate(user)

    user_has_any_permissions = user_can_list

    def user_can_create(self, user: User) -> bool:
        return False

    def user_can_edit_obj(self, user: User, obj: Any) -> bool:
        return False

    user_can_delete_obj = user_can_inspect_obj = user_can_edit_obj


class AppointmentRegister(ModelAdmin):
    """What happened, when and for how much; the people are in the practitioner's office, not here."""

    model = Appointment
    base_url_path = "rendez-vous"
    menu_label = _("Appointments")
    menu_icon = "date"
    menu_order = 230
    list_display = ("reference", "starts_at", "practitioner", "status", "amount", "paid")
    list_filter = ("status",)
    search_fields = ("reference", "practitioner__last_name")
    list_select_related = True
    list_per_page = 50
    ordering = ("-starts_at",)
    permission_helper_class = ReadOnly

    @staticmethod
    def amount(row: Appointment) -> str:
        return format_euros(row.price_cents)

    @staticmethod
    def paid(row: Appointment) -> str:
        return format_euros(row.advance_cents) if row.advance_cents else "–"

    amount.short_description = _("price")  # type: ignore[attr-defined]
    paid.short_description = _("paid online")  # type: ignore[attr-defined]


class FeePermissions(ReadOnly):
    """A rate is announced before it applies; one that has begun is history and stays as it is."""

    def user_can_create(self, user: User) -> bool:
        return may_operate(user)

    def user_can_edit_obj(self, user: User, obj: Any) -> bool:
        return may_operate(user) and obj.valid_from > now()

    user_can_delete_obj = user_can_edit_obj


class FeeRegister(ModelAdmin):
    model = FeeRate
    base_url_path = "frais-de-service"
    menu_label = _("Service fee")
    menu_icon = "tag"
    menu_order = 240
    list_display = ("valid_from", "basis_points", "fixed_cents")
    permission_helper_class = FeePermissions
    panels = [FieldPanel("valid_from"), FieldPanel("basis_points"), FieldPanel("fixed_cents")]
