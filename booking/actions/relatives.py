"""The relatives for whom a client books: kept only because the client said so, and as long as they are wanted."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from booking.errors import TooManyRelatives
from booking.models import Relative

MOST = 20


@transaction.atomic
def add(*, user: User, first_name: str, last_name: str, is_minor: bool, now: dt.datetime) -> Relative:
    """The one of that name when there is one already. Raises TooManyRelatives."""
    same = Relative.objects.filter(user=user, first_name__iexact=first_name, last_name__iexact=last_name).first()
    if same is not None:
        if same.is_minor != is_minor:
            same.is_minor = is_minor
            same.save(update_fields=["is_minor"])
        return same
    # The account's row is locked: twenty is twenty, however many browsers add one at once.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Relative.objects.filter(user=user).count() >= MOST:
        raise TooManyRelatives
    return Relative.objects.create(
        user=user, first_name=first_name, last_name=last_name, is_minor=is_minor, created_at=now
    )


@transaction.atomic
def change(*, relative: Relative, first_name: str, last_name: str, is_minor: bool) -> Relative:
    """From now on; appointments already booked keep the name that was given."""
    relative.first_name, relative.last_name, relative.is_minor = first_name, last_name, is_minor
    relative.save(update_fields=["first_name", "last_name", "is_minor"])
    return relative


def forget(*, relative: Relative) -> None:
    """Out of the list; appointments already booked keep the name that was given."""
    relative.delete()
