"""Connected accounts (v2) and the links of their hosted onboarding."""

from typing import Any

from demo.stripe.call import Call
from demo.stripe.errors import StripeError, missing
from demo.stripe.store import Body, Store, new_id
from demo.stripe.webhooks import emit_thin, iso

KIND = "v2.core.account"
LINK_LIVES = 300
STATUSES = ("active", "pending", "restricted")
# Given back only when asked for with `include`, as in v2.
INCLUDABLE = ("defaults", "identity", "requirements", "future_requirements")
ASKED = ("identity.individual.verification", "configuration.merchant.bank_account")


def create(call: Call) -> Body:
    params = dict(call.params)
    include = params.pop("include", [])
    account = _new(new_id("acct", 16), params, call.store.now())
    call.store.add(KIND, account)
    return shown(account, include)


def add_active(store: Store, identifier: str, display_name: str | None, contact_email: str | None) -> None:
    """A merchant whose onboarding is over, under an id of the caller's choice; told to nobody."""
    configuration = {"merchant": {"capabilities": {"card_payments": {"requested": True}}}}
    given = {"display_name": display_name, "contact_email": contact_email, "dashboard": "express"}
    account = _new(identifier, given | {"configuration": configuration}, store.now())
    _apply(account, "active", store.now())
    store.add(KIND, account)


def _new(identifier: str, params: Body, now: int) -> Body:
    merchant = params.get("configuration", {}).get("merchant")
    account: Body = {
        "id": identifier,
        "object": KIND,
        "applied_configurations": sorted(params.get("configuration", {})),
        "closed": False,
        "contact_email": params.get("contact_email"),
        "contact_phone": params.get("contact_phone"),
        "created": iso(now),
        "dashboard": params.get("dashboard"),
        "display_name": params.get("display_name"),
        "configuration": {},
        "defaults": _defaults(params.get("defaults", {})),
        "identity": {"country": None, "entity_type": None} | params.get("identity", {}),
        "metadata": params.get("metadata", {}),
        "requirements": None,
        "future_requirements": {"entries": []},
        "livemode": False,
    }
    if merchant is not None:
        requested = merchant.get("capabilities", {}).get("card_payments", {}).get("requested", False)
        account["configuration"]["merchant"] = {**merchant, "applied": True, "capabilities": {}}
        _apply(account, "restricted" if requested else None, now)
    return account


def _defaults(given: Body) -> Body:
    responsibilities = given.get("responsibilities", {})
    collector = "stripe" if responsibilities.get("losses_collector") == "stripe" else "application"
    return (
        {"currency": "eur", "locales": ["fr-FR"], "profile": None}
        | given
        | {"responsibilities": responsibilities | {"requirements_collector": collector}}
    )


def retrieve(call: Call) -> Body:
    return shown(found(call.store, call.path["id"]), call.params.get("include", []))


def index(call: Call) -> Body:
    accounts = call.store.find(KIND)[: call.params.get("limit", 20)]
    return {"data": [shown(account, []) for account in accounts], "next_page_url": None, "previous_page_url": None}


def update(call: Call) -> Body:
    """The plain members; a configuration is only ever completed by the hosted onboarding here."""
    account = found(call.store, call.path["id"])
    account |= {
        name: call.params[name]
        for name in ("contact_email", "contact_phone", "display_name", "dashboard")
        if name in call.params
    }
    account["metadata"] |= call.params.get("metadata", {})
    return shown(call.store.save(account), call.params.get("include", []))


def create_link(call: Call) -> Body:
    account = found(call.store, call.params["account"], param="account")
    use_case = call.params["use_case"]
    details = use_case.get(use_case["type"])
    if details is None:
        raise StripeError(
            f"Missing required param: use_case[{use_case['type']}].", code="parameter_missing", param="use_case"
        )
    now = call.store.now()
    token = new_id("onboarding")
    link: Body = {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": iso(now),
        "expires_at": iso(now + LINK_LIVES),
        "url": f"{call.public_url}/onboarding/{token}",
        "use_case": use_case,
        "livemode": False,
    }
    # The object has no id of its own at Stripe; the token is ours. It opens once.
    call.store.add(
        "account_link", {**link, "id": token, "expires": now + LINK_LIVES, "used": False, "details": details}
    )
    return link


def found(store: Store, identifier: str, *, param: str = "id") -> Body:
    account = store.get(identifier, kind=KIND)
    if account is None:
        raise missing("account", identifier, param=param)
    return account


def shown(account: Body, include: list[str]) -> Body:
    merchant = account["configuration"].get("merchant") if "configuration.merchant" in include else None
    configuration = {"merchant": merchant} if merchant else None
    return {**account, "configuration": configuration} | {name: None for name in INCLUDABLE if name not in include}


def may_take_cards(account: Body) -> bool:
    capabilities = account["configuration"].get("merchant", {}).get("capabilities", {})
    return bool(capabilities.get("card_payments", {}).get("status") == "active")


def set_status(store: Store, identifier: str, status: str) -> Body:
    """What the onboarding, or a test, makes of the capability; told by thin events."""
    if status not in STATUSES:
        raise StripeError(f"Invalid status: must be one of {', '.join(STATUSES)}", param="status")
    account = found(store, identifier)
    if "merchant" not in account["configuration"]:
        raise StripeError("This account has no merchant configuration.", param="id")
    before = account["configuration"]["merchant"]["capabilities"].get("card_payments", {}).get("status")
    _apply(account, status, store.now())
    store.save(account)
    if before != status:
        emit_thin(store, "v2.core.account[requirements].updated", identifier, {})
        for capability in ("card_payments", "stripe_balance.payouts"):
            kind = "v2.core.account[configuration.merchant].capability_status_updated"
            emit_thin(store, kind, identifier, {"updated_capability": capability})
    return account


def _apply(account: Body, status: str | None, now: int) -> None:
    if status is None:
        account["requirements"] = {"entries": [], "summary": None}
        return
    why: list[dict[str, Any]] = []
    if status != "active":
        pending = status == "pending"
        why = [{"code": "requirements_pending_verification" if pending else "requirements_past_due"}]
        why[0]["resolution"] = "no_resolution" if pending else "provide_info"
    state = {"status": status, "status_details": why}
    account["configuration"]["merchant"]["capabilities"] = {
        "card_payments": state,
        "stripe_balance": {"payouts": state},
    }
    deadline = {"status": "past_due"}
    entries = [
        {
            "awaiting_action_from": "user" if status == "restricted" else "stripe",
            "description": code,
            "errors": [],
            "impact": {
                "restricts_capabilities": [
                    {"capability": capability, "configuration": "merchant", "deadline": deadline}
                    for capability in ("card_payments", "stripe_balance.payouts")
                ]
            },
            "minimum_deadline": deadline,
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for code in ASKED
        if status != "active"
    ]
    summary = {"minimum_deadline": {"status": "past_due", "time": iso(now)}} if entries else None
    account["requirements"] = {"entries": entries, "summary": summary}


def link_is_open(link: Body, now: int) -> bool:
    return not link["used"] and now < link["expires"]
