"""The periods of a subscription: each is billed, and what time brings about: renewals, retries, the end.

A period is counted from the first day by the calendar (31 January, 28 February, 31 March). A card that fails at a
renewal is tried again after 3, 5 and 7 days; then the subscription ends.
"""

import calendar
import datetime as dt
from typing import Any

from demo.stripe.resources import invoices
from demo.stripe.resources.charging import Card
from demo.stripe.store import Body, Store
from demo.stripe.webhooks import emit

KIND = "subscription"
RETRIES = (3, 5, 7)  # days after the first attempt of a period
LIVING = ("active", "past_due")


def renew_due(store: Store) -> None:
    """Periods that are over are followed by the next, each in its turn, or by the end."""
    for subscription in [found for status in LIVING for found in store.find(KIND, status=status)]:
        while subscription["status"] in LIVING and _next_step(store, subscription):
            pass


def finish_period(store: Store, subscription: Body) -> Body:
    """The running period ends now, and the next ones are counted from here."""
    item_of(subscription)["current_period_end"] = subscription["billing_cycle_anchor"] = store.now()
    store.save(subscription)
    store.save(behind_of(store, subscription) | {"periods": 0})
    _next_step(store, subscription)
    return subscription


def pay_invoice(store: Store, invoice: Body, card: Card) -> bool:
    """What paying an open invoice on its page does: the subscription goes on, with this card."""
    if not invoices.collect(store, invoice, card):
        return False
    subscription = store.get(invoice["parent"]["subscription_details"]["subscription"], kind=KIND) or {}
    keep_card(store, subscription, card)
    _go_on(store, subscription)
    return True


def end(store: Store, subscription: Body, details: Body) -> Body:
    now = store.now()
    subscription |= {
        "status": "canceled",
        "canceled_at": subscription["canceled_at"] or now,
        "ended_at": now,
        "cancel_at_period_end": False,
        "cancellation_details": details,
    }
    store.save(subscription)
    emit(store, "customer.subscription.deleted", subscription, account=store.owner(subscription["id"]))
    return subscription


def bill(store: Store, subscription: Body, *, reason: str, public_url: str) -> Body:
    """The next period begins, and its invoice is drawn."""
    behind, item = behind_of(store, subscription), item_of(subscription)
    number = behind["periods"]
    begins = _after(subscription["billing_cycle_anchor"], item["price"]["recurring"], number)
    ends = _after(subscription["billing_cycle_anchor"], item["price"]["recurring"], number + 1)
    item |= {"current_period_start": begins, "current_period_end": ends}
    store.save(behind | {"periods": number + 1})
    invoice = invoices.draw(store, subscription, start=begins, end=ends, reason=reason, public_url=public_url)
    subscription["latest_invoice"] = invoice["id"]
    store.save(subscription)
    return invoice


def item_of(subscription: Body) -> Any:
    return subscription["items"]["data"][0]


def behind_of(store: Store, subscription: Body) -> Body:
    """What the API does not show: the card, how many periods there were, what failed."""
    return store.get(f"behind_{subscription['id']}") or {}


def keep_card(store: Store, subscription: Body, card: Card) -> None:
    kept = {"brand": card.brand, "last4": card.last4, "renews": card.renews and not card.decline_code}
    store.save(behind_of(store, subscription) | {"card": kept})


def details_of(params: Body, reason: str | None) -> Body:
    given = params.get("cancellation_details") or {}
    return {"comment": given.get("comment"), "feedback": given.get("feedback"), "reason": reason}


def _next_step(store: Store, subscription: Body) -> bool:
    """One thing that is due: a retry, the end of the paid time, or a new period. False when nothing is."""
    now, behind = store.now(), behind_of(store, subscription)
    invoice = store.get(subscription["latest_invoice"]) or {}
    if subscription["status"] == "past_due" and invoice["status"] == "open":
        first = behind["failed_at"]
        if behind["retries"] < len(RETRIES) and now >= first + RETRIES[behind["retries"]] * 86400:
            store.save(behind | {"retries": behind["retries"] + 1})
            if _collect(store, subscription, invoice):
                _go_on(store, subscription)
            elif behind["retries"] + 1 == len(RETRIES):
                end(store, subscription, details_of({}, "payment_failed"))
            return True
        return False
    if now < item_of(subscription)["current_period_end"]:
        return False
    if subscription["cancel_at_period_end"]:
        end(store, subscription, subscription["cancellation_details"])
        return False
    invoice = bill(store, subscription, reason="subscription_cycle", public_url=_public_url(invoice))
    account = store.owner(subscription["id"])
    if not _collect(store, subscription, invoice):
        subscription["status"] = "past_due"
        store.save(behind_of(store, subscription) | {"failed_at": now, "retries": 0})
        store.save(subscription)
    else:
        _go_on(store, subscription)
    emit(store, "customer.subscription.updated", subscription, account=account)
    return subscription["status"] == "active"


def _collect(store: Store, subscription: Body, invoice: Body) -> bool:
    """An attempt without the client, by the card on file."""
    on_file = behind_of(store, subscription)["card"]
    decline = "" if on_file["renews"] else "insufficient_funds"
    return invoices.collect(store, invoice, Card(on_file["brand"], on_file["last4"], decline))


def _go_on(store: Store, subscription: Body) -> None:
    if subscription["status"] == "past_due":
        subscription["status"] = "active"
        store.save(subscription)
        emit(store, "customer.subscription.updated", subscription, account=store.owner(subscription["id"]))


def _after(anchor: int, recurring: Body, periods: int) -> int:
    count = periods * recurring["interval_count"]
    if recurring["interval"] in ("day", "week"):
        return int(anchor + count * 86400 * (7 if recurring["interval"] == "week" else 1))
    first = dt.datetime.fromtimestamp(anchor, dt.UTC)
    years, month = divmod(first.month - 1 + count * (12 if recurring["interval"] == "year" else 1), 12)
    year = first.year + years
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    return int(first.replace(year=year, month=month + 1, day=day).timestamp())


def _public_url(invoice: Body) -> str:
    return str(invoice["hosted_invoice_url"]).partition("/i/")[0]
