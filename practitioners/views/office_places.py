"""What a practitioner adds to the own file: a place where one receives, a practice with its certificate to come (R3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from practitioners.actions import additions
from practitioners.forms import NewPracticeForm
from practitioners.models import Practitioner
from practitioners.place_form import NewPlaceForm
from practitioners.views.office import for_practitioner


@require_http_methods(["GET", "POST"])
@for_practitioner
def new_place(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = NewPlaceForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            additions.add_place(practitioner=practitioner, values=form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _("Your place is added. Say in your hours when you receive there."))
            return redirect("office_facts")
    context = {"practitioner": practitioner, "form": form}
    return render(request, "practitioners/office/place_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_practitioner
def practices(request: HttpRequest, practitioner: Practitioner) -> HttpResponse:
    form = NewPracticeForm(request.POST or None, practitioner=practitioner)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            item = additions.add_practice(practitioner=practitioner, practice=form.cleaned_data["practice"])
        except DomainError as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _("Now give its certificate: the practice is shown once it is checked."))
            return redirect("office_item", item.pk)
    context = {
        "practitioner": practitioner,
        "form": form,
        "links": practitioner.practice_links.select_related("practice"),
    }
    return render(request, "practitioners/office/practices.html", context, status=status)
