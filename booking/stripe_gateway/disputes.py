"""Disputes: what a client's bank took back, and the merchant's answer to it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from booking.stripe_gateway.balance import fee_taken_for
from booking.stripe_gateway.connection import calling, client, moment, name_of, on

# A longer text is refused whole; what would be cut has to be shortened by who writes it.
LONGEST_EVIDENCE_TEXT = 20_000


@dataclass(frozen=True)
class Dispute:
    """`net_cents` is what it did to the account up to now: minus the amount while open or lost, 0 once won."""

    id: str
    payment_intent: str
    charge: str
    amount_cents: int
    status: str
    reason: str
    evidence_due_by: dt.datetime | None
    has_evidence: bool
    submissions: int
    net_cents: int
    created: dt.datetime

    @property
    def is_open(self) -> bool:
        return self.status not in {"won", "lost", "warning_closed", "prevented"}


def read_dispute(account: str, dispute_id: str) -> Dispute:
    with calling("read_dispute"):
        return _dispute(client().v1.disputes.retrieve(dispute_id, {}, on(account)))


def list_disputes(account: str, since: dt.datetime | None = None) -> Iterator[Dispute]:
    """Newest first; read page by page."""
    params: Any = {"limit": 100} | ({"created": {"gte": int(since.timestamp())}} if since else {})
    with calling("list_disputes"):
        for found in client().v1.disputes.list(params, on(account)).auto_paging_iter():
            yield _dispute(found)


def submit_evidence(account: str, dispute_id: str, evidence: Mapping[str, str], submit: bool, key: str) -> Dispute:
    """Keep the evidence with the dispute or, with `submit`, send all that is kept to the bank: once, for good.

    The names are Stripe's: product_description, service_date, customer_name, customer_email_address, access_activity_log,
    cancellation_policy_disclosure, refund_policy_disclosure, refund_refusal_explanation, uncategorized_text …
    """
    params: Any = {"evidence": dict(evidence), "submit": submit}
    with calling("submit_evidence"):
        found = client().v1.disputes.update(dispute_id, params, {"stripe_account": account, "idempotency_key": key})
    return _dispute(found)


def accept_dispute(account: str, dispute_id: str) -> Dispute:
    """Give in: the dispute is lost. Asking twice is harmless, its state tells."""
    with calling("accept_dispute"):
        return _dispute(client().v1.disputes.close(dispute_id, {}, {"stripe_account": account}))


def read_dispute_fee(account: str, dispute_id: str) -> int | None:
    """What Stripe took for the dispute itself, in cents; None while it says nothing of it."""
    return fee_taken_for(account, dispute_id)


def _dispute(found: Any) -> Dispute:
    details = found.evidence_details
    return Dispute(
        id=str(found.id),
        payment_intent=name_of(found.payment_intent),
        charge=name_of(found.charge),
        amount_cents=int(found.amount),
        status=str(found.status),
        reason=str(found.reason),
        evidence_due_by=moment(details.due_by) if details.due_by else None,
        has_evidence=bool(details.has_evidence),
        submissions=int(details.submission_count),
        net_cents=sum(int(movement.net) for movement in found.balance_transactions),
        created=moment(found.created),
    )
