"""Save a practitioner, and no longer."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import DomainError
from practitioners.models import Practitioner
from search.models import Favourite

MOST = 200


class NotListed(DomainError):
    status = 404
    message = _("This practitioner is no longer listed.")


class TooMany(DomainError):
    message = _("You have 200 favourites, which is the most: remove one to save another.")


@transaction.atomic
def save(*, user: User, practitioner_id: int) -> Practitioner:
    """Saving twice is saving once."""
    practitioner = Practitioner.objects.listed().filter(pk=practitioner_id).first()
    if practitioner is None:
        raise NotListed
    # One at a time for a person, so that the limit holds.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    mine = Favourite.objects.filter(user=user)
    if not mine.filter(practitioner=practitioner).exists():
        if mine.count() >= MOST:
            raise TooMany
        mine.create(user=user, practitioner=practitioner, created_at=clock.now())
    return practitioner


def remove(*, user: User, practitioner_id: int) -> None:
    """Whoever it was, listed or not."""
    Favourite.objects.filter(user=user, practitioner=practitioner_id).delete()
