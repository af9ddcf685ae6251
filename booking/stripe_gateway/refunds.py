"""Refunds of what was taken on a connected account."""

from booking.stripe_gateway.connection import calling, client


def refund(
    *, account: str, payment_intent: str, amount_cents: int, returns_fee: bool, mark: str, key: str
) -> tuple[str, str]:
    """(refund id, its status). Without `returns_fee` the platform keeps its fee (M4). `mark` finds it again."""
    with calling("refund"):
        found = client().v1.refunds.create(
            {
                "payment_intent": payment_intent,
                "amount": amount_cents,
                "refund_application_fee": returns_fee,
                "metadata": {"refund": mark},
            },
            {"stripe_account": account, "idempotency_key": key},
        )
    return str(found.id), str(found.status)


def find_refund(*, account: str, payment_intent: str, mark: str) -> tuple[str, str] | None:
    """The refund that carries `mark`, when an answer about it was lost."""
    with calling("find_refund"):
        found = client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100}, {"stripe_account": account})
    for item in found.data:
        if item.metadata and item.metadata.to_dict().get("refund") == mark:
            return str(item.id), str(item.status)
    return None


def read_refund(*, account: str, refund_id: str) -> str:
    with calling("read_refund"):
        return str(client().v1.refunds.retrieve(refund_id, {}, {"stripe_account": account}).status)
