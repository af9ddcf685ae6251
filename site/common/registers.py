"""What registers of the CMS (wagtail-modeladmin) share: a list that filters by what its register declares and by nothing else, and
that shows rows without changing them."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.views import IndexView

LOOKUPS = ("", "__exact", "__in", "__isnull")


class RegisterList(IndexView):
    """wagtail-modeladmin would apply any lookup of the address, across relations: `?client__email__startswith=a` would tell,
    letter by letter, what a register does not show. What is not declared is ignored, and nonsense shows the whole list.
    """

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        fields = [item[0] if isinstance(item, tuple | list) else item for item in self.list_filter or ()]
        allowed = {f"{field}{lookup}" for field in fields for lookup in LOOKUPS}
        return {name: value for name, value in super().get_filters_params(params).items() if name in allowed}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            return redirect(request.path)


class ReadOnly(PermissionHelper):
    """Rows are listed to whom `may` lets; nothing is made, changed or deleted from a register."""

    may: Any = staticmethod(lambda user: False)

    def user_can_list(self, user: Any) -> bool:
        return bool(type(self).may(user))

    user_has_any_permissions = user_can_list

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        return False

    user_can_delete_obj = user_can_inspect_obj = user_can_edit_obj
