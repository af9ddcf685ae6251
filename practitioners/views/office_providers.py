"""Providers of the operator, for a practitioner: who they are, what changes, and the right to object within 15 days."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.clock import now as clock_now
from common.errors import DomainError
from legal.models import Provider, ProviderAnswer
from legal.providers import answers
from legal.providers.countries import name_of
from legal.providers.forms import ObjectionForm
from legal.providers.public_list import in_force
from practitioners.models import Practitioner
from practitioners.views.office import for_practitioner


@require_safe
@for_practitioner
def providers(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    return _page(request, practitioner)


@require_POST
@for_practitioner
def object_to(request: HttpRequest, practitioner: Practitioner, change_id: int) -> HttpResponse:
    row = get_object_or_404(ProviderAnswer, change=change_id, user=practitioner.user_id)
    form = ObjectionForm(request.POST, prefix=f"c{row.change_id}")
    if not form.is_valid():
        return _page(request, practitioner, refused=form, status=422)
    try:
        answers.object_to(
            change_id=change_id, user=practitioner.user, reason=form.cleaned_data["reason"], now=clock_now()
        )
    except DomainError as error:
        form.add_error(None, str(error.message))
        return _page(request, practitioner, refused=form, status=error.status)
    messages.success(request, _("Your objection is recorded: the team answers you before the change applies."))
    return redirect("office_providers")


def _page(
    request: HttpRequest, practitioner: Practitioner, *, refused: ObjectionForm | None = None, status: int = 200
) -> HttpResponse:
    now = clock_now()
    rows = ProviderAnswer.objects.filter(user=practitioner.user_id).select_related("change").order_by("-pk")[:20]
    told = []
    for row in rows:
        facts, form = row.change.facts, None
        prefix = f"c{row.change_id}"
        if refused is not None and refused.prefix == prefix:
            form = refused
        elif row.answer == ProviderAnswer.Answer.NONE and row.until > now and row.change.outcome == "waiting":
            form = ObjectionForm(prefix=prefix)
        told.append(
            {
                "row": row,
                "change": row.change,
                "form": form,
                "country": name_of(facts["country"]),
                "service": Provider.Kind(facts["kind"]).label,
                "safeguard": Provider.Safeguard(facts["safeguard"]).label,
                "data": facts["data"],
            }
        )
    context = {
        "practitioner": practitioner,
        "told": told,
        "providers": [(row, name_of(row.country)) for row in in_force()],
    }
    return render(request, "practitioners/office/providers.html", context, status=status)
