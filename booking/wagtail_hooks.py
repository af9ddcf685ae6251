"""What the operator reads and sets in the CMS."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail_modeladmin.options import modeladmin_register

from booking.cms_home import OperatorPanel
from booking.registers import AppointmentRegister, ClientRequestRegister, FeeRegister
from practitioners.policies.files import may_operate

modeladmin_register(AppointmentRegister)
modeladmin_register(ClientRequestRegister)
modeladmin_register(FeeRegister)


@hooks.register("construct_homepage_panels", order=1001)
def start_with_what_waits(request: HttpRequest, panels: list[Component]) -> None:
    if may_operate(request.user):
        panels.insert(0, OperatorPanel())
