"""What was sent, with its fate, without whom it went to; and the addresses that do not receive."""

from typing import Any

from django.contrib.admin.decorators import display
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.notifications.evidence import fate_of, label_of
from booking.registers.appointments import OfOperator
from common.models import BadAddress, OutboxMessage
from common.registers import RegisterList
from common.wording import short_datetime
from practitioners.policies.files import may_operate

# What the messages of the other parts of the site are about, by the folder of their templates.
ABOUT = {
    "accounts": _("Account"),
    "legal": _("Legal documents"),
    "money": _("Payments"),
    "practitioners": _("Practitioner area"),
    "search": _("Alerts"),
}


class MessageRegister(ModelAdmin):
    """What left, when, with what fate; to whom is on the page of the practitioner, not here."""

    model = OutboxMessage
    index_view_class = RegisterList
    base_url_path = "messages-envoyes"
    menu_label = _("Messages sent")
    menu_icon = "mail"
    menu_order = 245
    list_display = ("what", "subject_of", "channel", "caused_on", "left_on", "fate")
    list_filter = ("status", "channel", "reason")
    search_fields = ("about", "key")
    list_per_page = 50
    ordering = ("-pk",)
    permission_helper_class = OfOperator

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("text", "html", "attachments", "facts", "headers")

    @display(description=_("Message"), ordering="template")
    def what(self, row: OutboxMessage) -> str:
        if row.template.startswith("booking/"):
            return str(label_of(row))
        return str(ABOUT.get(row.template.partition("/")[0], row.template or "–"))

    @display(description=_("Appointment"), ordering="about")
    def subject_of(self, row: OutboxMessage) -> str:
        return row.about.partition(":")[2] or "–"

    @display(description=_("Caused"), ordering="created_at")
    def caused_on(self, row: OutboxMessage) -> str:
        return short_datetime(row.created_at)

    @display(description=_("Left"), ordering="sent_at")
    def left_on(self, row: OutboxMessage) -> str:
        return short_datetime(row.sent_at) if row.sent_at else "–"

    @display(description=_("Fate"), ordering="status")
    def fate(self, row: OutboxMessage) -> str:
        return fate_of(row)


class BadAddressPermissions(OfOperator):
    """The operator adds what the host of the mail reports, and takes away what was put right."""

    def user_can_create(self, user: User) -> bool:
        return may_operate(user)

    def user_can_delete_obj(self, user: User, obj: Any) -> bool:
        return may_operate(user)


class BadAddressRegister(ModelAdmin):
    model = BadAddress
    index_view_class = RegisterList
    base_url_path = "adresses-refusees"
    menu_label = _("Refused addresses")
    menu_icon = "warning"
    menu_order = 247
    list_display = ("address", "error", "since")
    search_fields = ("address",)
    list_per_page = 50
    permission_helper_class = BadAddressPermissions
    panels = [FieldPanel("address"), FieldPanel("error"), FieldPanel("flagged_at")]

    @display(description=_("Since"), ordering="flagged_at")
    def since(self, row: BadAddress) -> str:
        return short_datetime(row.flagged_at)
