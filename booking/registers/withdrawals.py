"""What the legal team decides of the disputed exception to the right of withdrawal, dated and with its reason."""

from django.contrib.admin.decorators import display
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.options import ModelAdmin

from accounts.models import User
from accounts.roles import Role, has_role
from booking.forms.withdrawal_rule import WithdrawalRuleForm
from booking.models import WithdrawalRule
from common.registers import ReadOnly, RegisterList
from common.wording import long_date
from legal.policies import may_read_register


class RulePermissions(ReadOnly):
    """Decided by the legal team; a rule is never changed, a later one replaces it."""

    may = staticmethod(may_read_register)

    def user_can_create(self, user: User) -> bool:
        return has_role(user, Role.LEGAL) or user.is_superuser


class WithdrawalRuleRegister(ModelAdmin):
    model = WithdrawalRule
    index_view_class = RegisterList
    base_url_path = "regles-de-retractation"
    menu_label = _("Rules of withdrawal")
    menu_icon = "doc-full"
    menu_order = 242
    list_display = ("begins_on", "excludes_dated", "why")
    permission_helper_class = RulePermissions
    edit_handler = ObjectList(
        [FieldPanel("valid_from"), FieldPanel("excludes_dated"), FieldPanel("reason")],
        base_form_class=WithdrawalRuleForm,
    )

    @display(description=_("For contracts concluded from"), ordering="valid_from")
    def begins_on(self, row: WithdrawalRule) -> str:
        return long_date(row.valid_from, weekday=False)

    @display(description=_("Reason"))
    def why(self, row: WithdrawalRule) -> str:
        return row.reason
