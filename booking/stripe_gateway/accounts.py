"""Connected accounts and their hosted onboarding."""

from dataclasses import dataclass

from booking.stripe_gateway.connection import calling, client


@dataclass(frozen=True)
class AccountState:
    card_payments: str
    requirements: list[str]


def open_account(*, email: str, name: str, key: str) -> str:
    """A connected account on which cards can be taken once the practitioner has answered Stripe's questions."""
    with calling("open_account"):
        found = client().v2.core.accounts.create(
            {
                "contact_email": email,
                "display_name": name,
                "dashboard": "express",
                "identity": {"country": "fr"},
                "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
                "defaults": {
                    "currency": "eur",
                    "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
                },
            },
            {"idempotency_key": key},
        )
    return str(found.id)


def onboarding_url(*, account: str, return_url: str, refresh_url: str) -> str:
    with calling("onboarding_url"):
        found = client().v2.core.account_links.create(
            {
                "account": account,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {
                        "return_url": return_url,
                        "refresh_url": refresh_url,
                    },
                },
            }
        )
    return str(found.url)


def read_account(account: str) -> AccountState:
    with calling("read_account"):
        found = client().v2.core.accounts.retrieve(account, {"include": ["configuration.merchant", "requirements"]})
    body = found.to_dict()
    merchant = (body.get("configuration") or {}).get("merchant") or {}
    status = ((merchant.get("capabilities") or {}).get("card_payments") or {}).get("status") or "none"
    entries = (body.get("requirements") or {}).get("entries") or []
    return AccountState(str(status), [str(entry.get("description") or "") for entry in entries])
