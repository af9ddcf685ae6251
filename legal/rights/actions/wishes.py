"""Instructions on what becomes of one's data after death: written, changed, withdrawn; each version stays as it was."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from common import privacy
from legal.models import AfterDeathWish, AfterDeathWords
from legal.rights.errors import BadWish, NotOpen

Fate = AfterDeathWish.Fate


@dataclass(frozen=True)
class Beneficiary:
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    address: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.first_name.strip() and self.last_name.strip() and (self.email.strip() or self.address.strip()))


def current(user: User) -> AfterDeathWish | None:
    """What stands: the last version, unless it withdrew."""
    last = AfterDeathWish.objects.filter(user=user).select_related("words").order_by("-number").first()
    return None if last is None or last.withdrawn else last


@transaction.atomic
def write(
    *, user: User, fate: str, activities: list[str], beneficiary: Beneficiary, text: str, now: dt.datetime
) -> AfterDeathWish:
    """A new version. Raises BadWish when a copy is to be given to nobody who can be found."""
    if fate not in Fate.values or (fate == Fate.COMMUNICATE and not beneficiary.is_complete):
        raise BadWish
    known = set(privacy.activities.keys())
    wish = AfterDeathWish.objects.create(
        user=user, number=_next(user), fate=fate, activities=[key for key in activities if key in known], written_at=now
    )
    AfterDeathWords.objects.create(wish=wish, text=text.strip(), **vars(beneficiary))
    return wish


@transaction.atomic
def withdraw(*, user: User, now: dt.datetime) -> AfterDeathWish:
    """Raises NotOpen when nothing stands."""
    number = _next(user)
    if current(user) is None:
        raise NotOpen
    return AfterDeathWish.objects.create(user=user, number=number, withdrawn=True, written_at=now)


def _next(user: User) -> int:
    """Under the lock of the account: two pages open at once write two versions."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    last = AfterDeathWish.objects.filter(user=user).order_by("-number").first()
    return last.number + 1 if last else 1
