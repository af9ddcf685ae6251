"""What a site asks of Stripe: an account to connect, a Checkout session of 60,00 €."""

from typing import Any

ACCOUNT = {
    "display_name": "Claire Morel",
    "contact_email": "claire@exemple.fr",
    "dashboard": "express",
    "identity": {"country": "fr", "entity_type": "individual"},
    "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
    "defaults": {
        "currency": "eur",
        "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
    },
}


def subscription_params(**changed: Any) -> dict[str, Any]:
    """12,00 € a month, paid to the platform."""
    price = {
        "currency": "eur",
        "unit_amount": 1200,
        "product_data": {"name": "Page en plusieurs langues"},
        "recurring": {"interval": "month"},
    }
    return {
        "mode": "subscription",
        "customer_email": "claire@exemple.fr",
        "success_url": "http://site.test/abonne/",
        "cancel_url": "http://site.test/retour/",
        "line_items": [{"quantity": 1, "price_data": price}],
        "allowed_payment_method_types": ["card"],
        "subscription_data": {"metadata": {"service": "3"}, "description": "Page en plusieurs langues"},
    } | changed


def session_params(**changed: Any) -> dict[str, Any]:
    price = {"currency": "eur", "unit_amount": 6000, "product_data": {"name": "Première séance"}}
    return {
        "mode": "payment",
        "success_url": "http://site.test/merci/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://site.test/retour/",
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": {"application_fee_amount": 245},
        "allowed_payment_method_types": ["card"],
        "metadata": {"appointment": "42"},
    } | changed
