"""Accounts in the CMS: opening one is opening a person's file."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from accounts.models import User
from common.access.doors import File, gate
from common.access.kinds import kind

ACCOUNT = kind(
    "account",
    _("Account"),
    _("Rights of a member of the team"),
    _("Request of the person"),
    _("Security of the account"),
)


@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def ask_why(request: HttpRequest, user: User) -> HttpResponse | None:
    return gate(request, ACCOUNT, File(f"accounts.User:{user.pk}", (user.pk,), str(user)))
