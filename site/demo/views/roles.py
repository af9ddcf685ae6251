"""`/demo/`: every role as a card, one click away."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.second_factor import mark_satisfied
from demo.roles import BY_SLUG, ROLES


@login_not_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/index.html", {"roles": ROLES})


@login_not_required
@require_POST
def sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Enter as the demo's person of this role, with the second factor already satisfied."""
    chosen = BY_SLUG.get(role)
    if chosen is None:
        raise Http404(f"No demo role {role!r}")
    user = User.objects.filter(email=chosen.email, is_active=True).first()
    if user is None:
        messages.error(
            request, _("This person is not in the database: make demo RESET=1 puts the demo’s content back.")
        )
        return redirect("demo:index")
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    mark_satisfied(request)
    return redirect(chosen.landing)
