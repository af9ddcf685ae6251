"""Errors that have a message for the person who caused them."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule refused the action. `message` is shown to the user; `status` is the HTTP status of the answer."""

    status: ClassVar[int] = 422
    message: str | Promise = _("This cannot be done.")

    def __init__(self, message: str | Promise | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))


class NotAllowed(DomainError):
    status = 403
    message = _("You may not do this.")


class Conflict(DomainError):
    """The state changed meanwhile: the page is shown again with what is true now."""

    status = 409
    message = _("This changed in the meantime. Here is how it stands now.")
