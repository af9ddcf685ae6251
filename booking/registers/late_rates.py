"""The dated rates that late interest goes by."""

from typing import Any

from django.contrib.admin.decorators import display
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from booking.late_payment import POINTS_ADDED
from booking.models import LateRate
from booking.registers.appointments import OfOperator
from common.clock import today
from common.registers import RegisterList
from common.wording import long_date
from practitioners.policies.files import may_operate


class RatePermissions(OfOperator):
    """A half-year may be written late, when its rate is known; once it began, what was written stays."""

    def user_can_create(self, user: User) -> bool:
        return may_operate(user)

    def user_can_edit_obj(self, user: User, obj: Any) -> bool:
        return may_operate(user) and obj.from_day > today()

    user_can_delete_obj = user_can_edit_obj


class LateRateRegister(ModelAdmin):
    model = LateRate
    index_view_class = RegisterList
    base_url_path = "taux-de-retard"
    menu_label = _("Late-payment rates")
    menu_icon = "calendar-alt"
    menu_order = 243
    list_display = ("begins_on", "of_bank", "with_points", "source")
    permission_helper_class = RatePermissions
    panels = [FieldPanel("from_day"), FieldPanel("ecb_basis_points"), FieldPanel("source")]

    @display(description=_("Half-year from"), ordering="from_day")
    def begins_on(self, row: LateRate) -> str:
        return long_date(row.from_day, weekday=False)

    @display(description=_("European Central Bank"), ordering="ecb_basis_points")
    def of_bank(self, row: LateRate) -> str:
        return f"{number_format(row.ecb_basis_points / 100, 2, use_l10n=True)}\u00a0%"

    @display(description=_("Late interest"))
    def with_points(self, row: LateRate) -> str:
        return f"{number_format((row.ecb_basis_points + POINTS_ADDED) / 100, 2, use_l10n=True)}\u00a0%"
