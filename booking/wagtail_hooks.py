"""What the operator reads and sets in the CMS."""

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail_modeladmin.options import modeladmin_register

from booking.cms_home import OperatorPanel
from booking.registers.appointments import AppointmentRegister, ClientRequestRegister, FeeRegister
from booking.registers.late_rates import LateRateRegister
from booking.registers.messages import BadAddressRegister, MessageRegister
from booking.registers.paid_services import PaidServiceRegister, PaidServiceVersionRegister, SubscriptionRegister
from booking.registers.withdrawals import WithdrawalRuleRegister
from booking.urls import cms
from legal.policies import may_read_register
from practitioners.policies.files import may_operate

modeladmin_register(AppointmentRegister)
modeladmin_register(ClientRequestRegister)
modeladmin_register(FeeRegister)
modeladmin_register(LateRateRegister)
modeladmin_register(WithdrawalRuleRegister)
modeladmin_register(PaidServiceRegister)
modeladmin_register(PaidServiceVersionRegister)
modeladmin_register(SubscriptionRegister)
modeladmin_register(MessageRegister)
modeladmin_register(BadAddressRegister)


@hooks.register("register_admin_urls")
def desk_urls() -> list[object]:
    return [path("", include(cms))]


class OperatorItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_operate(request.user)


@hooks.register("register_admin_menu_item")
def messages_item() -> MenuItem:
    return OperatorItem(
        _("Words of the messages"), reverse("cms_messages"), name="message-words", icon_name="mail", order=246
    )


@hooks.register("register_admin_menu_item")
def invoices_item() -> MenuItem:
    return OperatorItem(_("Invoices"), reverse("cms_invoices"), name="invoices", icon_name="doc-full", order=242)


@hooks.register("register_admin_menu_item")
def tax_item() -> MenuItem:
    return OperatorItem(
        _("Declaration of platforms"), reverse("cms_tax"), name="tax-reports", icon_name="doc-full", order=244
    )


@hooks.register("register_admin_menu_item")
def statistics_item() -> MenuItem:
    return OperatorItem(
        _("Money in figures"), reverse("cms_statistics"), name="money-figures", icon_name="history", order=232
    )


@hooks.register("register_admin_menu_item")
def paid_services_item() -> MenuItem:
    return OperatorItem(
        _("Optional services in figures"),
        reverse("cms_paid_services"),
        name="paid-services",
        icon_name="history",
        order=251,
    )


@hooks.register("register_admin_menu_item")
def ledger_item() -> MenuItem:
    return OperatorItem(_("Ledger"), reverse("cms_ledger"), name="ledger", icon_name="list-ul", order=233)


class RegisterItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_read_register(request.user)


@hooks.register("register_admin_menu_item")
def withdrawals_item() -> MenuItem:
    return RegisterItem(_("Withdrawals"), reverse("cms_withdrawals"), name="withdrawals", icon_name="rotate", order=236)


@hooks.register("register_admin_menu_item")
def anonymous_item() -> MenuItem:
    return RegisterItem(
        _("Anonymous figures"), reverse("cms_anonymous"), name="anonymous-figures", icon_name="group", order=234
    )


@hooks.register("register_admin_menu_item")
def late_item() -> MenuItem:
    return OperatorItem(_("Unpaid invoices"), reverse("cms_late"), name="late-invoices", icon_name="warning", order=242)


@hooks.register("construct_homepage_panels", order=1001)
def start_with_what_waits(request: HttpRequest, panels: list[Component]) -> None:
    if may_operate(request.user):
        panels.insert(0, OperatorPanel())
