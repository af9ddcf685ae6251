"""Registers of the CMS for the operator: appointments without who comes, payments, and the dated service fee."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.fees import Rate, service_fee
from booking.models import Appointment, ClientRequest, FeeRate
from common.clock import now
from common.money import format_euros
from common.registers import RegisterList
from common.wording import long_date, short_datetime
from legal.policies import may_moderate
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


class ReadOnlyForStaff(ReadOnly):
    """The operator and the moderators."""

    def user_can_list(self, user: User) -> bool:
        return may_operate(user) or may_moderate(user)

    user_has_any_permissions = user_can_list


def _label(column: Any, words: Any, order: str) -> None:
    column.short_description, column.admin_order_field = words, order


class AppointmentRegister(ModelAdmin):
    """What happened, when and for how much; the people are in the practitioner's office, not here."""

    model = Appointment
    index_view_class = RegisterList
    base_url_path = "rendez-vous"
    menu_label = _("Appointments")
    menu_icon = "date"
    menu_order = 230
    list_display = ("number", "starts_on", "with_whom", "status", "amount", "paid")
    list_filter = ("status",)
    search_fields = ("reference", "practitioner__last_name")
    list_select_related = True
    list_per_page = 50
    ordering = ("-starts_at",)
    permission_helper_class = ReadOnly

    def number(self, row: Appointment) -> str:
        return row.reference

    def starts_on(self, row: Appointment) -> str:
        return short_datetime(row.starts_at, row.timezone)

    def with_whom(self, row: Appointment) -> str:
        return row.practitioner.full_name

    def amount(self, row: Appointment) -> str:
        return format_euros(row.price_cents)

    def paid(self, row: Appointment) -> str:
        return format_euros(row.advance_cents) if row.advance_cents else "–"

    _label(number, _("Reference"), "reference")
    _label(starts_on, _("Date"), "starts_at")
    _label(with_whom, _("Practitioner"), "practitioner__sort_name")
    _label(amount, _("Price"), "price_cents")
    _label(paid, _("Paid online"), "advance_cents")


class FeePermissions(ReadOnly):
    """A rate is announced before it applies; one that has begun is history and stays as it is."""

    def user_can_create(self, user: User) -> bool:
        return may_operate(user)

    def user_can_edit_obj(self, user: User, obj: Any) -> bool:
        return may_operate(user) and obj.valid_from > now()

    user_can_delete_obj = user_can_edit_obj


class FeeRegister(ModelAdmin):
    model = FeeRate
    index_view_class = RegisterList
    base_url_path = "frais-de-service"
    menu_label = _("Service fee")
    menu_icon = "tag"
    menu_order = 240
    list_display = ("begins_on", "share", "fixed_part", "example")
    permission_helper_class = FeePermissions
    panels = [FieldPanel("valid_from"), FieldPanel("basis_points"), FieldPanel("fixed_cents")]

    def begins_on(self, row: FeeRate) -> str:
        return long_date(row.valid_from, weekday=False)

    def share(self, row: FeeRate) -> str:
        return f"{number_format(row.basis_points / 100, 2, use_l10n=True)}\u00a0%"

    def fixed_part(self, row: FeeRate) -> str:
        return format_euros(row.fixed_cents)

    def example(self, row: FeeRate) -> str:
        return format_euros(service_fee(60_00, Rate(row.basis_points, row.fixed_cents)))

    _label(begins_on, _("In force from"), "valid_from")
    _label(share, _("Share of the price"), "basis_points")
    _label(fixed_part, _("Fixed part"), "fixed_cents")
    _label(example, _("For a session at 60 €"), "")


class ClientRequestRegister(ModelAdmin):
    """How many requests wait, and for how long. What they say and who made them is between client and practitioner."""

    model = ClientRequest
    index_view_class = RegisterList
    base_url_path = "demandes-clients"
    menu_label = _("Clients’ requests")
    menu_icon = "mail"
    menu_order = 235
    list_display = ("number", "opened_on", "about", "with_whom", "state", "waits")
    list_filter = ("state", "kind")
    search_fields = ("reference", "appointment__practitioner__last_name")
    list_select_related = ("appointment__practitioner",)
    list_per_page = 50
    ordering = ("-opened_at",)
    permission_helper_class = ReadOnlyForStaff

    def number(self, row: ClientRequest) -> str:
        return row.reference

    def opened_on(self, row: ClientRequest) -> str:
        return short_datetime(row.opened_at)

    def about(self, row: ClientRequest) -> str:
        return str(row.get_kind_display())

    def with_whom(self, row: ClientRequest) -> str:
        return row.appointment.practitioner.full_name

    def waits(self, row: ClientRequest) -> str:
        """Days from its opening to its answer or end, or to today."""
        until = row.answered_at or row.ended_at or now()
        days = (until - row.opened_at).days
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}

    _label(number, _("Reference"), "reference")
    _label(opened_on, _("Received"), "opened_at")
    _label(about, _("What it is about"), "kind")
    _label(with_whom, _("Practitioner"), "appointment__practitioner__sort_name")
    _label(waits, _("Waiting time"), "")
