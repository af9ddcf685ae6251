"""One's own account: where one lands after signing in, and one's details."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms import ProfileForm
from accounts.roles import STAFF, Role, has_role


def welcome(request: HttpRequest) -> HttpResponse:
    """The page where this person works."""
    if has_role(request.user, Role.PRACTITIONER):
        return redirect("/espace-praticien/")
    if request.user.is_superuser or has_role(request.user, *STAFF, Role.STRUCTURE):
        return redirect("wagtailadmin_home")
    return redirect("/compte/")


def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your details are saved."))
        return redirect("account_profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)
