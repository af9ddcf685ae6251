"""Every operation served: path as in Stripe's description, verb, handler."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.stripe.call import Call
from demo.stripe.resources import (
    accounts,
    balance,
    checkout,
    customers,
    disputes,
    events,
    fees,
    invoices,
    payments,
    payouts,
    refunds,
    subscriptions,
)
from demo.stripe.store import Body

Handler = Callable[[Call], Body]


@dataclass(frozen=True)
class Route:
    path: str
    verb: str
    handler: Handler

    @property
    def is_v2(self) -> bool:
        return self.path.startswith("/v2/")


ROUTES = [
    Route("/v2/core/accounts", "post", accounts.create),
    Route("/v2/core/accounts", "get", accounts.index),
    Route("/v2/core/accounts/{id}", "get", accounts.retrieve),
    Route("/v2/core/accounts/{id}", "post", accounts.update),
    Route("/v2/core/account_links", "post", accounts.create_link),
    Route("/v2/core/events", "get", events.index_v2),
    Route("/v2/core/events/{id}", "get", events.retrieve_v2),
    Route("/v1/checkout/sessions", "post", checkout.create),
    Route("/v1/checkout/sessions", "get", checkout.index),
    Route("/v1/checkout/sessions/{session}", "get", checkout.retrieve),
    Route("/v1/checkout/sessions/{session}/line_items", "get", checkout.line_items),
    Route("/v1/checkout/sessions/{session}/expire", "post", checkout.expire),
    Route("/v1/payment_intents", "get", payments.index),
    Route("/v1/payment_intents/{intent}", "get", payments.retrieve),
    Route("/v1/payment_intents/{intent}/capture", "post", payments.capture),
    Route("/v1/payment_intents/{intent}/cancel", "post", payments.cancel),
    Route("/v1/charges", "get", payments.index_charges),
    Route("/v1/charges/{charge}", "get", payments.retrieve_charge),
    Route("/v1/refunds", "post", refunds.create),
    Route("/v1/refunds", "get", refunds.index),
    Route("/v1/refunds/{refund}", "get", refunds.retrieve),
    Route("/v1/application_fees", "get", fees.index),
    Route("/v1/application_fees/{id}", "get", fees.retrieve),
    Route("/v1/application_fees/{id}/refunds", "get", fees.index_refunds),
    Route("/v1/application_fees/{id}/refunds", "post", fees.refund),
    Route("/v1/disputes", "get", disputes.index),
    Route("/v1/disputes/{dispute}", "get", disputes.retrieve),
    Route("/v1/disputes/{dispute}", "post", disputes.update),
    Route("/v1/disputes/{dispute}/close", "post", disputes.close),
    Route("/v1/payouts", "get", payouts.index),
    Route("/v1/payouts/{payout}", "get", payouts.retrieve),
    Route("/v1/customers", "get", customers.index),
    Route("/v1/customers", "post", customers.create),
    Route("/v1/customers/{customer}", "get", customers.retrieve),
    Route("/v1/customers/{customer}", "post", customers.update),
    Route("/v1/subscriptions", "get", subscriptions.index),
    Route("/v1/subscriptions/{subscription_exposed_id}", "get", subscriptions.retrieve),
    Route("/v1/subscriptions/{subscription_exposed_id}", "post", subscriptions.update),
    Route("/v1/subscriptions/{subscription_exposed_id}", "delete", subscriptions.cancel),
    Route("/v1/invoices", "get", invoices.index),
    Route("/v1/invoices/{invoice}", "get", invoices.retrieve),
    Route("/v1/invoices/{invoice}/void", "post", invoices.void),
    Route("/v1/invoice_payments", "get", invoices.index_payments),
    Route("/v1/balance", "get", balance.retrieve),
    Route("/v1/balance_transactions", "get", balance.index_transactions),
    Route("/v1/balance_transactions/{id}", "get", balance.retrieve_transaction),
    Route("/v1/events", "get", events.index),
    Route("/v1/events/{id}", "get", events.retrieve),
]
