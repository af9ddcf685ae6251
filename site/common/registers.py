"""The list of a register in the CMS (wagtail-modeladmin), which filters by what the register declares and by nothing else."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
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
