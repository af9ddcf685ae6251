"""What a provider of SMS does, and what its refusals mean."""

from typing import Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)


class SmsProvider(Protocol):
    def send(self, *, to: str, text: str, reference: str) -> str:
        """Send `text` to the E.164 number `to`; what the provider calls the message. Raises SmsRefused, SmsUnclear.

        `reference` is the same each time the same message is sent.
        """


class SmsRefused(Exception):
    """Not taken. `permanent`: the number does not receive, and never will."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        self.permanent = permanent
        super().__init__(message)


class SmsUnclear(Exception):
    """The provider may have taken it: the connection ended before its answer."""


class ConsoleProvider:
    """For development: the log says what would be sent."""

    def send(self, *, to: str, text: str, reference: str) -> str:
        log.info("sms", to=to, text=text, reference=reference)
        return ""


def provider() -> SmsProvider:
    """The one that SMS_PROVIDER names: a class, or a function that makes one."""
    made: SmsProvider = import_string(settings.SMS_PROVIDER)()
    return made
