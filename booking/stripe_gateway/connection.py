"""The SDK's client, and the two errors that leave the gateway."""

import datetime as dt
from functools import lru_cache

import stripe
import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 12


class StripeUnreachable(DomainError):
    """`answered`: Stripe said that it failed (5xx). It remembers that answer with the key, which is then of no more use."""

    status = 503
    message = _(
        "The payment service does not answer. Nothing was charged. Your answers are kept: try again in a moment."
    )

    def __init__(self, *, answered: bool = False) -> None:
        super().__init__()
        self.answered = answered


class StripeRefused(DomainError):
    status = 503
    message = _("The payment could not be opened. Nothing was charged. Your answers are kept.")

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__()
        self.reason, self.code = reason, code


@lru_cache(maxsize=4)
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def client() -> stripe.StripeClient:
    return _client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE)


def on(account: str, key: str = "") -> stripe.RequestOptions:
    """Whose objects are meant: those of a connected account, or the platform's own without one; and the key of a demand."""
    options: stripe.RequestOptions = {"stripe_account": account} if account else {}
    if key:
        options["idempotency_key"] = key
    return options


def moment(timestamp: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(timestamp, dt.UTC)


def name_of(found: object) -> str:
    """The id of an object that Stripe names or shows whole; empty when there is none."""
    return found if isinstance(found, str) else str(getattr(found, "id", None) or "")


class calling:
    """Turns the SDK's errors into our two."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, stripe.StripeError):
            return
        silent = isinstance(error, stripe.APIConnectionError | stripe.RateLimitError | stripe.APIError)
        code = str(getattr(error, "code", None) or "")
        # A key in use by a call still running says nothing of its outcome either. The same key with other words is a refusal.
        busy = getattr(error, "http_status", None) == 409 or code in {"lock_timeout", "idempotency_key_in_use"}
        if silent or busy:
            log.warning("stripe_unreachable", call=self.what, error=str(error))
            raise StripeUnreachable(answered=isinstance(error, stripe.APIError)) from error
        log.error("stripe_refused", call=self.what, error=str(error), code=code)
        raise StripeRefused(str(error), code) from error
