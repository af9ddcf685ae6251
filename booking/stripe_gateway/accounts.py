"""Connected accounts and their hosted onboarding."""

from dataclasses import dataclass
from typing import Any

from booking.stripe_gateway.connection import calling, client


@dataclass(frozen=True)
class Requirement:
    """What Stripe asks, by its name. `waits_for`: "user" or "stripe"; `due`: past_due, currently_due, eventually_due; `by`: until
    when, where Stripe says it (ISO); `blocks`: the capabilities that end without it; `errors`: what was wrong with what was given."""

    what: str
    waits_for: str = "user"
    due: str = ""
    by: str | None = None
    blocks: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountState:
    card_payments: str
    requirements: list[Requirement]
    payouts: str = ""


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
    capabilities = merchant.get("capabilities") or {}
    requirements = body.get("requirements") or {}
    soonest = ((requirements.get("summary") or {}).get("minimum_deadline") or {}).get("time")
    return AccountState(
        card_payments=str((capabilities.get("card_payments") or {}).get("status") or "none"),
        requirements=[_requirement(entry, soonest) for entry in requirements.get("entries") or []],
        payouts=str(((capabilities.get("stripe_balance") or {}).get("payouts") or {}).get("status") or ""),
    )


def _requirement(entry: dict[str, Any], soonest: str | None) -> Requirement:
    """Stripe dates the soonest deadline of the account only: it holds for what is due, not for what may come later."""
    due = str((entry.get("minimum_deadline") or {}).get("status") or "")
    restricted = (entry.get("impact") or {}).get("restricts_capabilities") or []
    return Requirement(
        what=str(entry.get("description") or ""),
        waits_for=str(entry.get("awaiting_action_from") or "user"),
        due=due,
        by=soonest if due == "currently_due" else None,
        blocks=tuple(str(one.get("capability") or "") for one in restricted),
        errors=tuple(str(one.get("description") or one.get("code") or "")[:200] for one in entry.get("errors") or []),
    )
