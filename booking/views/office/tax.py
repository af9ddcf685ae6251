"""The practitioner's side of the declaration of platforms: details, this year's figures, copies of what was filed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions import tax_reports
from booking.forms.tax import TaxDetailsForm
from booking.platform_report import copies
from booking.platform_report.figures import Year, figures_of
from booking.platform_report.identity import Identity, details_of, identity_of
from booking.tax_words import gap_words
from common import clock
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "HEAD", "POST"])
@for_practitioner
def tax(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    row, birth = details_of(practitioner)
    if request.method == "POST":
        form = TaxDetailsForm(request.POST)
        if form.is_valid():
            tax_reports.keep_details(
                practitioner=practitioner,
                nature=form.cleaned_data["nature"],
                entity_name=form.cleaned_data["entity_name"],
                birth=form.birth(),
                now=clock.now(),
            )
            messages.success(request, _("Saved: this is what the tax office will be told of you."))
            return redirect("office:tax")
    else:
        form = TaxDetailsForm(
            initial={
                "nature": row.nature if row else None,
                "entity_name": row.entity_name if row else "",
                "birth_date": birth.date,
                "birth_city": birth.city,
                "birth_country": birth.country,
                "tax_number": birth.tax_number,
            }
        )
    year = clock.today().year
    so_far = figures_of(year, practitioner_id=practitioner.pk).get(practitioner.pk, Year())
    who = identity_of(practitioner, row)
    context = {
        "practitioner": practitioner,
        "form": form,
        "details": row,
        "gaps": [gap_words(name) for name in who.missing()],
        "year": year,
        "so_far": so_far,
        "rows": copies.rows(so_far),
        "lines": copies.copies_for(practitioner),
    }
    return render(request, "booking/office/tax.html", context, status=422 if form.is_bound else 200)


@require_safe
@for_practitioner
def copy(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    line = get_object_or_404(copies.copies_for(practitioner), pk=pk)
    year = Year.of_json(line.quarters)
    context = {
        "practitioner": practitioner,
        "line": line,
        "facts": copies.facts(Identity.unseal(line.sealed_identity)),
        "declared": year,
        "rows": copies.rows(year),
    }
    return render(request, "booking/office/tax_copy.html", context)


@require_safe
@for_practitioner
def copy_pdf(request: HttpRequest, practitioner: Practitioner, pk: int) -> HttpResponse:
    line = get_object_or_404(copies.copies_for(practitioner), pk=pk)
    response = HttpResponse(copies.pdf(line, now=clock.now()), content_type="application/pdf")
    name = f"declaration-plateforme-{line.report.year}-{line.report.number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
