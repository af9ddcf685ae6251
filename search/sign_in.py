"""Who asked to save a practitioner before signing in finds it saved once signed in."""

from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from search.actions import favourites

KEY = "favourite_wanted"
log = structlog.get_logger(__name__)


def remember(request: HttpRequest, practitioner_id: int) -> None:
    """Until signing in, in the visitor's session: written by a form of ours, so that no link can save anything."""
    request.session[KEY] = practitioner_id


@receiver(user_logged_in, dispatch_uid="search.save_wanted_favourite")
def save_wanted(sender: object, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    wanted = request.session.pop(KEY, None) if request is not None and hasattr(request, "session") else None
    if request is None or not isinstance(wanted, int):
        return
    try:
        practitioner = favourites.save(user=user, practitioner_id=wanted)
    except DomainError as error:
        # Signing in must not fail for it; the person is told.
        log.info("favourite_not_saved", practitioner=wanted, reason=str(error.message))
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Saved to your favourites: %(name)s.") % {"name": practitioner.full_name})
