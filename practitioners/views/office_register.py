"""The practitioner's own register of processing (GDPR, article 30): read here, taken away as a spreadsheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from legal.exports import FORMS, Holder
from legal.practitioner_register import of_practitioner
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_safe
@for_practitioner
def my_register(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return render(
        request, "practitioners/office/register.html", {"practitioner": practitioner, "entries": of_practitioner()}
    )


@require_safe
@for_practitioner
def my_register_file(request: HttpRequest, practitioner: Practitioner, form: str) -> HttpResponse:
    if form not in FORMS:
        raise Http404
    write, content_type = FORMS[form]
    holder = Holder(
        name=practitioner.full_name, contact=practitioner.professional_email, role="Responsable de traitement"
    )
    response = HttpResponse(write(holder, of_practitioner()), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="mon-registre.{form}"'
    return response
