"""`/compte/proches/`: for whom one books, kept because one said so."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions import relatives
from booking.errors import TooManyRelatives
from booking.forms.relative import RelativeForm
from booking.models import Relative
from common import clock


@never_cache
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The list, and a form that adds to it."""
    form = RelativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            relatives.add(user=request.user, now=clock.now(), **form.cleaned_data)  # type: ignore[arg-type]
        except TooManyRelatives as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Your relative is saved."))
            return redirect("my_relatives")
    context = {"relatives": Relative.objects.filter(user=request.user), "form": form}
    return render(request, "booking/relatives.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    relative = get_object_or_404(Relative, pk=pk, user=request.user)
    known = {"first_name": relative.first_name, "last_name": relative.last_name, "is_minor": relative.is_minor}
    form = RelativeForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        relatives.change(relative=relative, **form.cleaned_data)
        messages.success(request, _("Your relative is saved."))
        return redirect("my_relatives")
    context = {"relative": relative, "form": form}
    return render(request, "booking/relative.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    relative = get_object_or_404(Relative, pk=pk, user=request.user)
    relatives.forget(relative=relative)
    messages.success(request, _("%(name)s is no longer in your list.") % {"name": relative})
    return redirect("my_relatives")
