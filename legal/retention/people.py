"""An account that ends: its row stays as a number that other rows point to; everything that it knew of the person goes."""

import datetime as dt
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from common.retention import account_parts
from legal.models import ErasedAccount

DOMAIN = "compte-efface.invalid"


@transaction.atomic
def erase_accounts(keys: Sequence[int], now: dt.datetime) -> None:
    """Make these accounts numbers, with what each app says goes with them. Signed-in sessions end by the password's change."""
    people = list(
        User.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys, erased=None).order_by("pk")
    )
    if not people:
        return
    pks, addresses = [user.pk for user in people], [user.email for user in people]
    for part in account_parts:
        part(pks, addresses, now)
    for user in people:
        user.email = f"{user.pk}@{DOMAIN}"
        user.first_name = user.last_name = user.phone = ""
        user.password = make_password(None)
        user.is_active = user.is_staff = user.is_superuser = False
        user.adult_declared_at = user.last_login = None
        user.save()
        user.groups.clear()
        user.user_permissions.clear()
    ErasedAccount.objects.bulk_create([ErasedAccount(user=user, erased_at=now) for user in people])
