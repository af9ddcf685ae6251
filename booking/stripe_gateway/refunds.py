"""Refunds of what was taken on a connected account."""

from typing import Any

from booking.stripe_gateway.connection import calling, client, on


def refund(
    *, account: str, payment_intent: str, amount_cents: int, returns_fee: bool, mark: str, key: str
) -> tuple[str, str]:
    """(refund id, its status). Without `returns_fee` the platform keeps its fee (M4). `mark` finds it again."""
    asked: Any = {"payment_intent": payment_intent, "amount": amount_cents, "metadata": {"refund": mark}}
    if account:  # what was paid to the platform itself carries no fee
        asked["refund_application_fee"] = returns_fee
    with calling("refund"):
        found = client().v1.refunds.create(
            asked,
            on(account, key),
        )
    return str(found.id), str(found.status)


def find_refund(*, account: str, payment_intent: str, mark: str) -> tuple[str, str] | None:
    """The refund that carries `mark`, when an answer about it was lost."""
    with calling("find_refund"):
        found = client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100}, on(account))
    for item in found.data:
        if item.metadata and item.metadata.to_dict().get("refund") == mark:
            return str(item.id), str(item.status)
    return None


def read_refund(*, account: str, refund_id: str) -> str:
    with calling("read_refund"):
        return str(client().v1.refunds.retrieve(refund_id, {}, on(account)).status)
