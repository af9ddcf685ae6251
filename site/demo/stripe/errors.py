"""Refusals in the shape Stripe gives them."""

from typing import Any

DOCUMENTATION = "https://docs.stripe.com/error-codes"


class StripeError(Exception):
    """A request that is refused; nothing of what it did is kept."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
        executed: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.status = status
        self.kind = kind
        # Stripe remembers a refusal under its idempotency key only when the endpoint had begun to execute.
        self.executed = executed

    def body(self, request_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"type": self.kind, "message": self.message, "request_id": request_id}
        if self.code:
            error |= {"code": self.code, "doc_url": f"{DOCUMENTATION}/{self.code.replace('_', '-')}"}
        if self.param:
            error["param"] = self.param
        return {"error": error}


def missing(kind: str, identifier: str, *, param: str = "id") -> StripeError:
    return StripeError(f"No such {kind}: '{identifier}'", code="resource_missing", param=param, status=404)
