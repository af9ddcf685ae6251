"""Does the ledger agree with Stripe, account by account? Balances first; where they differ, payment by payment."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Sum

from booking import stripe_gateway
from booking.ledger.accounts import PLATFORM, practitioner
from booking.ledger.balances import balance
from booking.ledger.differences import Difference
from booking.models import LedgerLine, LedgerTransaction, Payment, StripeAccount

Kind = LedgerTransaction.Kind
# Which of Stripe's movements of the platform's own balance are which of ours. Stripe's fees have several names.
OURS = {
    "application_fee": (Kind.FEE,),
    "application_fee_refund": (Kind.FEE_RETURN,),
}


def compare(account: StripeAccount, *, thorough: bool = False) -> list[Difference]:
    """What differs for one practitioner's account. `thorough`: payment by payment even when the balances agree.

    Raises StripeUnreachable, StripeRefused.
    """
    theirs, ours = stripe_gateway.read_balance(account.account_id), balance(practitioner(account.practitioner_id))
    if theirs == ours and not thorough:
        return []
    found = list(_by_payment(account))
    if not found and theirs != ours:
        found.append(Difference("stripe_balance", "", theirs, ours, account=account.account_id))
    return found


def compare_platform(*, thorough: bool = False) -> list[Difference]:
    """What differs for the platform's own balance. Raises StripeUnreachable, StripeRefused."""
    theirs, ours = stripe_gateway.read_balance(""), balance(PLATFORM)
    if theirs == ours and not thorough:
        return []
    at_stripe: Counter[str] = Counter()
    for line in stripe_gateway.list_balance_lines(""):
        at_stripe[line.type if line.type in OURS else "other"] += line.net_cents
    lines = LedgerLine.objects.filter(account=str(PLATFORM)).order_by("transaction__kind")
    here: Counter[str] = Counter()
    names = {kind: name for name, kinds in OURS.items() for kind in kinds}
    for kind, cents in lines.values_list("transaction__kind").annotate(n=Sum("amount_cents")):
        here[names.get(Kind(kind), "other")] += cents
    found = [
        Difference("stripe_kind", name, at_stripe[name], here[name], account="platform")
        for name in sorted(at_stripe.keys() | here.keys())
        if at_stripe[name] != here[name]
    ]
    if not found and theirs != ours:
        found.append(Difference("stripe_balance", "", theirs, ours, account="platform"))
    return found


def _by_payment(account: StripeAccount) -> Iterator[Difference]:
    at_stripe: Counter[str] = Counter()
    for line in stripe_gateway.list_balance_lines(account.account_id):
        at_stripe[line.payment_intent] += line.net_cents
    lines = LedgerLine.objects.filter(account=str(practitioner(account.practitioner_id)))
    by_payment = lines.order_by("transaction__payment").values_list("transaction__payment__payment_intent")
    here: Counter[str] = Counter()
    for intent, cents in by_payment.annotate(n=Sum("amount_cents")):
        here[intent or ""] += cents
    differ = [intent for intent in sorted(at_stripe.keys() | here.keys()) if at_stripe[intent] != here[intent]]
    known = {
        payment.payment_intent: payment
        for payment in Payment.objects.filter(account=account, payment_intent__in=filter(None, differ)).select_related(
            "appointment"
        )
    }
    for intent in differ:
        payment = known.get(intent)
        code = "stripe" if payment else "stripe_unknown" if intent else "stripe_kind"
        yield Difference(
            code,
            str(payment or intent or "payout"),
            at_stripe[intent],
            here[intent],
            account=account.account_id,
            payment_id=payment.pk if payment else None,
        )
