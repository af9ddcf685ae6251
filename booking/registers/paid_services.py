"""The catalogue of optional services, the dated prices and terms, and who subscribes."""

from django.contrib.admin.decorators import display
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.forms.paid_services import VersionForm, price_words
from booking.models import PaidService, PaidServiceVersion, ServiceSubscription
from booking.registers.appointments import OfOperator
from common.registers import RegisterList
from common.wording import long_date, short_datetime
from practitioners.policies.files import may_operate


class CataloguePermissions(OfOperator):
    """Services are named and withdrawn from the offer, never deleted."""

    def user_can_create(self, user: User) -> bool:
        return may_operate(user)

    def user_can_edit_obj(self, user: User, obj: PaidService) -> bool:
        return may_operate(user)


class VersionPermissions(OfOperator):
    """A price and its terms are never changed: a later version replaces them for who subscribes then."""

    def user_can_create(self, user: User) -> bool:
        return may_operate(user)


class PaidServiceRegister(ModelAdmin):
    model = PaidService
    index_view_class = RegisterList
    base_url_path = "services-optionnels"
    menu_label = _("Optional services")
    menu_icon = "pick"
    menu_order = 248
    list_display = ("name", "slug", "delivered_by", "offered")
    permission_helper_class = CataloguePermissions
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("delivered_by"), FieldPanel("is_offered")]

    @display(description=_("Offered to new subscribers"), ordering="is_offered")
    def offered(self, row: PaidService) -> str:
        return str(_("Yes") if row.is_offered else _("No"))


class PaidServiceVersionRegister(ModelAdmin):
    model = PaidServiceVersion
    index_view_class = RegisterList
    base_url_path = "prix-des-services"
    menu_label = _("Prices of optional services")
    menu_icon = "tag"
    menu_order = 249
    list_display = ("of_service", "number", "begins_on", "price")
    list_select_related = ("service",)
    permission_helper_class = VersionPermissions
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("service", "valid_from", "price_cents", "interval", "vat", "gives", "terms")],
        base_form_class=VersionForm,
    )

    @display(description=_("Service"), ordering="service__name")
    def of_service(self, row: PaidServiceVersion) -> str:
        return row.service.name

    @display(description=_("For subscriptions from"), ordering="valid_from")
    def begins_on(self, row: PaidServiceVersion) -> str:
        return long_date(row.valid_from, weekday=False)

    @display(description=_("Price, VAT included"), ordering="price_cents")
    def price(self, row: PaidServiceVersion) -> str:
        return price_words(row)


class SubscriptionRegister(ModelAdmin):
    """Who has what, since when, until when; its money is in the ledger and the invoices."""

    model = ServiceSubscription
    index_view_class = RegisterList
    base_url_path = "abonnements"
    menu_label = _("Subscriptions")
    menu_icon = "group"
    menu_order = 250
    list_display = ("number", "of_service", "whose", "state", "agreed_on", "until", "terms")
    list_filter = ("state",)
    search_fields = ("reference", "subscriber__practitioner__last_name")
    list_select_related = ("service", "version", "subscriber__practitioner")
    list_per_page = 50
    ordering = ("-pk",)
    permission_helper_class = OfOperator

    @display(description=_("Reference"), ordering="reference")
    def number(self, row: ServiceSubscription) -> str:
        return format_html('<a href="{}">{}</a>', reverse("cms_subscription", args=[row.reference]), row.reference)

    @display(description=_("Service"), ordering="service_name")
    def of_service(self, row: ServiceSubscription) -> str:
        return row.service_name

    @display(description=_("Practitioner"), ordering="subscriber__practitioner__sort_name")
    def whose(self, row: ServiceSubscription) -> str:
        return row.practitioner.full_name

    @display(description=_("Agreed to"), ordering="agreed_at")
    def agreed_on(self, row: ServiceSubscription) -> str:
        return short_datetime(row.agreed_at)

    @display(description=_("Runs until"), ordering="period_end")
    def until(self, row: ServiceSubscription) -> str:
        end = row.ended_at or row.period_end
        return long_date(end, weekday=False) if end else "–"

    @display(description=_("Price and terms"))
    def terms(self, row: ServiceSubscription) -> str:
        return f"{price_words(row.version)}, {row.version.number}"
