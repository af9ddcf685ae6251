"""Appointments without who comes, clients’ requests without what they say, and the dated service fee."""

from typing import Any

from django.contrib.admin.decorators import display
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.fees import Rate, service_fee
from booking.forms.fee_rate import FeeRateForm
from booking.models import Appointment, ClientRequest, FeeRate
from common.clock import now
from common.money import format_euros
from common.registers import ReadOnly, RegisterList
from common.wording import long_date, short_datetime
from legal.policies import may_moderate
from practitioners.policies.files import may_operate


class OfOperator(ReadOnly):
    may = staticmethod(may_operate)


class OfStaff(ReadOnly):
    may = staticmethod(lambda user: may_operate(user) or may_moderate(user))


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
    list_select_related = ("practitioner",)
    list_per_page = 50
    ordering = ("-starts_at",)
    permission_helper_class = OfOperator

    @display(description=_("Reference"), ordering="reference")
    def number(self, row: Appointment) -> str:
        return row.reference

    @display(description=_("Date"), ordering="starts_at")
    def starts_on(self, row: Appointment) -> str:
        return short_datetime(row.starts_at, row.timezone)

    @display(description=_("Practitioner"), ordering="practitioner__sort_name")
    def with_whom(self, row: Appointment) -> str:
        return row.practitioner.full_name

    @display(description=_("Price"), ordering="price_cents")
    def amount(self, row: Appointment) -> str:
        return format_euros(row.price_cents)

    @display(description=_("Paid online"), ordering="advance_cents")
    def paid(self, row: Appointment) -> str:
        return format_euros(row.advance_cents) if row.advance_cents else "–"


class FeePermissions(OfOperator):
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
    list_display = ("begins_on", "share", "fixed_part", "when_taken", "example")
    permission_helper_class = FeePermissions
    edit_handler = ObjectList(
        [FieldPanel("valid_from"), FieldPanel("basis_points"), FieldPanel("fixed_cents"), FieldPanel("each_payment")],
        base_form_class=FeeRateForm,
    )

    @display(description=_("In force from"), ordering="valid_from")
    def begins_on(self, row: FeeRate) -> str:
        return long_date(row.valid_from, weekday=False)

    @display(description=_("Share of the price"), ordering="basis_points")
    def share(self, row: FeeRate) -> str:
        return f"{number_format(row.basis_points / 100, 2, use_l10n=True)}\u00a0%"

    @display(description=_("Fixed part"), ordering="fixed_cents")
    def fixed_part(self, row: FeeRate) -> str:
        return format_euros(row.fixed_cents)

    @display(description=_("Taken"), ordering="each_payment")
    def when_taken(self, row: FeeRate) -> str:
        return str(_("on each payment") if row.each_payment else _("once an appointment"))

    @display(description=_("For a session at 60 €"))
    def example(self, row: FeeRate) -> str:
        return format_euros(service_fee(60_00, Rate(row.basis_points, row.fixed_cents)))


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
    permission_helper_class = OfStaff

    @display(description=_("Reference"), ordering="reference")
    def number(self, row: ClientRequest) -> str:
        return row.reference

    @display(description=_("Received"), ordering="opened_at")
    def opened_on(self, row: ClientRequest) -> str:
        return short_datetime(row.opened_at)

    @display(description=_("What it is about"), ordering="kind")
    def about(self, row: ClientRequest) -> str:
        return str(row.get_kind_display())

    @display(description=_("Practitioner"), ordering="appointment__practitioner__sort_name")
    def with_whom(self, row: ClientRequest) -> str:
        return row.appointment.practitioner.full_name

    @display(description=_("Waiting time"))
    def waits(self, row: ClientRequest) -> str:
        """Days from its opening to its answer or end, or to today."""
        until = row.answered_at or row.ended_at or now()
        days = (until - row.opened_at).days
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
