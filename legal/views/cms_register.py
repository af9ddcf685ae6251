"""The register of processing (GDPR, article 30), as the apps declare it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common import privacy
from legal import policies
from legal import register as personal_data
from legal.views.doors import only


@only(policies.may_read_register)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    context = {"activities": list(privacy.activities), "unbound": personal_data.unbound_fields()}
    return render(request, "legal/cms/register.html", context)
