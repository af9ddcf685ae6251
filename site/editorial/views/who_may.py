"""Who may what, for everybody of the team."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import STAFF, has_role
from editorial.who_may import ROLE_NAMES, TABLE
from legal.views.doors import only


def is_team(user: User) -> bool:
    return user.is_superuser or has_role(user, *STAFF)


@only(is_team)
@never_cache
@require_safe
def who_may(request: HttpRequest) -> HttpResponse:
    groups = [
        (name, [(right.action, [(ROLE_NAMES[role], role in right.roles) for role in ROLE_NAMES]) for right in rows])
        for name, rows in TABLE
    ]
    return render(request, "editorial/cms/who_may.html", {"roles": ROLE_NAMES.values(), "groups": groups})
